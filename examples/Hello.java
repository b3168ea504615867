void main(String[] arguments) {
    IO.println("Hello from Ricci");
}
