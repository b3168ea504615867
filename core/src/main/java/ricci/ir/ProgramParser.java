package ricci.ir;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the text of programs; recursive descent over one token of look-ahead. */
final class ProgramParser {
    private static final int DEEPEST_CALL = 1000;
    private static final int DEEPEST_LIST = 3;

    private final ProgramLexer lexer;
    private int depth;

    ProgramParser(String text) {
        lexer = new ProgramLexer(text);
    }

    Program program() {
        try {
            Program program = body();
            lexer.expectEnd();
            return TypeChecker.check("Program.parse", program);
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("read a program");
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
        if (text.equals("complex") && lexer.accept("(")) {
            return complexLiteral();
        }
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

    private Atom complexLiteral() {
        String re = lexer.wordOrNumber("the real part");
        lexer.expect(",");
        String im = lexer.wordOrNumber("the imaginary part");
        lexer.expect(")");
        lexer.expect(":");
        TensorType type = type();
        try {
            return new Atom.Literal(type, ComplexNumber.of(Double.parseDouble(re), Double.parseDouble(im)));
        } catch (NumberFormatException | RicciException.DataType e) {
            throw lexer.error(re + " and " + im + " are not the parts of a constant of type " + type.dtype());
        }
    }

    private static Number number(String text, DType dtype) {
        if (dtype == DType.BOOL) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new NumberFormatException(text);
            }
            return text.equals("true") ? 1L : 0L;
        }
        return dtype.isInexact() ? (Number) Double.valueOf(text) : new BigInteger(text);
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
        List<Program> programs = new ArrayList<>();
        while (lexer.at("program")) {
            programs.add(body());
        }
        return new Values(values, programs);
    }

    private Object value() {
        return lexer.at("[") ? list(1) : single();
    }

    /** Numbers, words, or lists of them in turn. */
    private List<Object> list(int nesting) {
        if (nesting > DEEPEST_LIST) {
            throw lexer.error("lists nest at most " + DEEPEST_LIST + " deep");
        }
        lexer.expect("[");
        List<Object> values = new ArrayList<>();
        while (!lexer.accept("]")) {
            if (!values.isEmpty()) {
                lexer.expect(",");
            }
            values.add(lexer.at("[") ? list(nesting + 1) : single());
        }
        return values;
    }

    private Object single() {
        if (lexer.atNumber()) {
            return lexer.integer();
        }
        String quoted = lexer.quoted();
        if (quoted != null) {
            return EffectText.Quoted.read(quoted);
        }
        String word = lexer.word("a value");
        DType dtype = DType.named(word);
        return dtype != null && lexer.at("[") ? new TensorType(dtype, shape(integers())) : word;
    }

    /** Parameters as read: {@code Long}, {@code String}, {@code TensorType} or {@code List} of such. */
    private final class Values implements OpText.Parameters {
        private final Map<String, Object> values;
        private final List<Program> programs;

        Values(Map<String, Object> values, List<Program> programs) {
            this.values = values;
            this.programs = programs;
        }

        @Override
        public int integer(String name) {
            return toInt(name, as(Long.class, name));
        }

        @Override
        public long whole(String name) {
            return as(Long.class, name);
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
            return all(Long.class, as(List.class, name), name);
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

        @Override
        public List<String> words(String name) {
            return all(String.class, as(List.class, name), name);
        }

        @Override
        public List<Sharding> shardings(String name) {
            List<Sharding> shardings = new ArrayList<>();
            for (List<?> axes : all(List.class, as(List.class, name), name)) {
                List<List<String>> over = new ArrayList<>();
                all(List.class, axes, name).forEach(names -> over.add(all(String.class, names, name)));
                shardings.add(new Sharding(over));
            }
            return shardings;
        }

        @Override
        public RicciException.Syntax wrong(String name) {
            return lexer.error("the parameter " + name + " is missing or of a wrong kind");
        }

        private <T> List<T> all(Class<T> kind, List<?> values, String name) {
            return values.stream().map(v -> require(kind.isInstance(v) ? kind.cast(v) : null, name)).toList();
        }

        @Override
        public String text(String name) {
            return as(String.class, name);
        }

        @Override
        public String quoted(String name) {
            return as(EffectText.Quoted.class, name).text();
        }

        @Override
        public List<Program> programs(int count) {
            if (count >= 0 && programs.size() != count) {
                throw lexer.error((count == 1 ? "one program belongs" : count + " programs belong")
                        + " to this primitive");
            }
            return programs;
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
                throw wrong(name);
            }
            return Objects.requireNonNull(value);
        }
    }
}
