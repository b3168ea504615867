package ricci.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the text of programs; recursive descent over one token of look-ahead. */
final class ProgramParser {
    private static final int DEEPEST_CALL = 100;

    private final ProgramLexer lexer;
    private int depth;

    ProgramParser(String text) {
        lexer = new ProgramLexer(text);
    }

    Program program() {
        Program program = body();
        lexer.expectEnd();
        try {
            return TypeChecker.check("Program.parse", program);
        } catch (RicciException.IllTyped wrong) {
            throw new RicciException.Syntax("read a program", wrong.types(), wrong.rule(),
                    "write equations whose types follow from those of their operands");
        }
    }

    private Program body() {
        if (++depth > DEEPEST_CALL) {
            throw lexer.error("programs nest at most " + DEEPEST_CALL + " deep");
        }
        Map<String, Atom.Var> scope = new HashMap<>();
        lexer.expect("program");
        lexer.expect("(");
        List<Atom.Var> inputs = new ArrayList<>();
        while (!lexer.accept(")")) {
            if (!inputs.isEmpty()) {
                lexer.expect(",");
            }
            inputs.add(definition(scope));
        }
        lexer.expect("{");
        List<Equation> equations = new ArrayList<>();
        while (!lexer.atReturn()) {
            equations.add(equation(scope));
        }
        lexer.expect("return");
        List<Atom> results = new ArrayList<>();
        while (!lexer.accept("}")) {
            if (!results.isEmpty()) {
                lexer.expect(",");
            }
            results.add(atom(scope));
        }
        depth--;
        return new Program(inputs, equations, results);
    }

    private Equation equation(Map<String, Atom.Var> scope) {
        Map<String, TensorType> defined = new LinkedHashMap<>();
        if (!lexer.accept("=")) {
            do {
                String name = lexer.word("a variable");
                lexer.expect(":");
                if (scope.containsKey(name) || defined.put(name, type()) != null) {
                    throw lexer.error("the variable " + name + " is defined once");
                }
            } while (lexer.accept(","));
            lexer.expect("=");
        }
        Op op = op();
        lexer.expect("(");
        List<Atom> operands = new ArrayList<>();
        while (!lexer.accept(")")) {
            if (!operands.isEmpty()) {
                lexer.expect(",");
            }
            operands.add(atom(scope));
        }
        List<Atom.Var> results = new ArrayList<>();
        defined.forEach((name, type) -> results.add(define(scope, name, type)));
        return new Equation(results, op, operands, lexer.source());
    }

    private Op op() {
        String name = lexer.word("a primitive");
        Values values = parameters();
        if (name.equals("call")) {
            String label = values.text("name");
            return new Op.Call(label, body());
        }
        Op op = OpText.read(name, values);
        if (op == null) {
            throw lexer.error("there is no primitive named " + name);
        }
        return op;
    }

    private Atom.Var definition(Map<String, Atom.Var> scope) {
        String name = lexer.word("a variable");
        if (scope.containsKey(name)) {
            throw lexer.error("the variable " + name + " is defined once");
        }
        lexer.expect(":");
        return define(scope, name, type());
    }

    private static Atom.Var define(Map<String, Atom.Var> scope, String name, TensorType type) {
        Atom.Var v = new Atom.Var(scope.size(), type);
        scope.put(name, v);
        return v;
    }

    private Atom atom(Map<String, Atom.Var> scope) {
        String text = lexer.wordOrNumber("a variable or a constant");
        if (!lexer.accept(":")) {
            Atom.Var v = scope.get(text);
            if (v == null) {
                throw lexer.error("the variable " + text + " is defined before it is used");
            }
            return v;
        }
        TensorType type = type();
        try {
            return new Atom.Literal(type, number(text, type.dtype()));
        } catch (NumberFormatException | RicciException.DataType e) {
            throw lexer.error(text + " is not a constant of type " + type.dtype());
        }
    }

    private static Number number(String text, DType dtype) {
        if (dtype == DType.BOOL) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new NumberFormatException(text);
            }
            return text.equals("true") ? 1L : 0L;
        }
        return dtype.isFloat() ? (Number) Double.valueOf(text) : new java.math.BigInteger(text);
    }

    private TensorType type() {
        DType dtype = DType.named(lexer.word("a type"));
        if (dtype == null) {
            throw lexer.error("a type is a dtype with lengths, such as f32[2,3]");
        }
        return new TensorType(dtype, shape(integers()));
    }

    private Shape shape(List<Long> lengths) {
        try {
            return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
        } catch (RicciException.Shape wrong) {
            throw lexer.error(wrong.rule());
        }
    }

    private List<Long> integers() {
        lexer.expect("[");
        List<Long> values = new ArrayList<>();
        while (!lexer.accept("]")) {
            if (!values.isEmpty()) {
                lexer.expect(",");
            }
            values.add(lexer.integer());
        }
        return values;
    }

    private Values parameters() {
        Map<String, Object> values = new HashMap<>();
        if (lexer.accept("{")) {
            do {
                String key = lexer.word("a parameter");
                lexer.expect("=");
                values.put(key, value());
            } while (lexer.accept(","));
            lexer.expect("}");
        }
        return new Values(values);
    }

    private Object value() {
        if (lexer.at("[")) {
            return integers();
        }
        if (lexer.atNumber()) {
            return lexer.integer();
        }
        String word = lexer.word("a value");
        DType dtype = DType.named(word);
        return dtype != null && lexer.at("[") ? new TensorType(dtype, shape(integers())) : word;
    }

    /** Parameters as read: {@code List<Long>}, {@code Long}, {@code String} or {@code TensorType}. */
    private final class Values implements OpText.Parameters {
        private final Map<String, Object> values;

        Values(Map<String, Object> values) {
            this.values = values;
        }

        @Override
        public int integer(String name) {
            return toInt(name, as(Long.class, name));
        }

        @Override
        public boolean truth(String name) {
            return require(switch (text(name)) {
                case "true" -> true;
                case "false" -> false;
                default -> null;
            }, name);
        }

        @Override
        public List<Integer> integers(String name) {
            return longs(name).stream().map(v -> toInt(name, v)).toList();
        }

        @Override
        public List<Long> longs(String name) {
            return ((List<?>) as(List.class, name)).stream().map(Long.class::cast).toList();
        }

        @Override
        public Shape shape(String name) {
            return ProgramParser.this.shape(longs(name));
        }

        @Override
        public DType dtype(String name) {
            return require(DType.named(text(name)), name);
        }

        @Override
        public TensorType type(String name) {
            return as(TensorType.class, name);
        }

        @Override
        public <E extends Enum<E>> E word(String name, E[] choices) {
            String text = text(name);
            E found = null;
            for (E choice : choices) {
                found = OpText.camel(choice).equals(text) ? choice : found;
            }
            return require(found, name);
        }

        String text(String name) {
            return as(String.class, name);
        }

        private int toInt(String name, long value) {
            return require(value == (int) value ? (Integer) (int) value : null, name);
        }

        private <T> T as(Class<T> kind, String name) {
            Object value = values.get(name);
            return require(kind.isInstance(value) ? kind.cast(value) : null, name);
        }

        private <T> T require(@Nullable T value, String name) {
            if (value == null) {
                throw lexer.error("the parameter " + name + " is missing or of a wrong kind");
            }
            return Objects.requireNonNull(value);
        }
    }
}
