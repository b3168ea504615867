package ricci.loop;

import java.util.ArrayList;
import java.util.List;

/** The body of a loop while it is being written. Locals and counters are numbered through the kernel. */
public final class Block {
    private final Numbers numbers;
    private final List<Statement> statements = new ArrayList<>();

    private static final class Numbers {
        private int locals;
        private int counters;
    }

    private Block(Numbers numbers) {
        this.numbers = numbers;
    }

    /** The outermost block of a new kernel. */
    public static Block kernel() {
        return new Block(new Numbers());
    }

    /** A block inside of this one. */
    public Block inner() {
        return new Block(numbers);
    }

    public Variable.Counter counter() {
        return new Variable.Counter(numbers.counters++);
    }

    public Variable.Local local(Register register) {
        return new Variable.Local(numbers.locals++, register);
    }

    /** Names a value, so that it is computed once; constants and names need none. */
    public Expression let(Expression value) {
        if (value instanceof Expression.Constant || value instanceof Expression.Read) {
            return value;
        }
        Variable.Local local = local(value.register());
        statements.add(new Statement.Let(local, value));
        return new Expression.Read(local);
    }

    /** How many operations the values take that have a name here. */
    public int operations() {
        return statements.stream().mapToInt(s -> s instanceof Statement.Let(_, var value)
                ? value.operations() : 0)
                .sum();
    }

    public void add(Statement statement) {
        statements.add(statement);
    }

    public List<Statement> statements() {
        return List.copyOf(statements);
    }
}
