package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;
import ricci.einops.PatternCheck.Length;
import ricci.einops.PatternCheck.Mistake;
import ricci.einops.PatternCheck.Use;

/** What is said before a program runs agrees with what happens when it does. */
class PatternCheckTest {
    /** How much of a call is known. */
    enum Known {
        ALL, NAMES, SOME_NAMES, NOTHING;

        Use of(Invocation call) {
            boolean isByName = Invocation.OTHERS.contains(call.function());
            String reduction = !isByName ? call.function() : call.function().equals("reduce") ? "sum" : null;
            int tensors = call.tensorCount();
            boolean isCounted = call.function().equals("einsum") || call.function().endsWith("At");
            OptionalInt count = this == ALL && (tensors == 1 || isCounted)
                    ? OptionalInt.of(tensors) : OptionalInt.empty();
            int named = this == NOTHING ? 0 : this == SOME_NAMES ? call.axes().size() / 2
                    : call.axes().size();
            List<Length> lengths = call.axes().subList(0, named).stream().map(axis -> new Length(axis.name(),
                    this == ALL ? OptionalLong.of(axis.length()) : OptionalLong.empty())).toList();
            return new Use(isByName ? call.function() : "reduce", call.pattern(), count, lengths,
                    this == ALL || this == NAMES, reduction);
        }
    }

    static Stream<Invocation> right() {
        return EinopsCasesTest.accepted().map(EinopsCasesTest.Case::call);
    }

    static Stream<Invocation> wrong() {
        return Stream.concat(EinopsCasesTest.rejected().map(EinopsCasesTest.Case::call),
                RejectionsTest.faults().map(RejectionsTest.Fault::call));
    }

    @ParameterizedTest
    @MethodSource("right")
    void whatIsRightIsRight(Invocation call) {
        for (Known known : Known.values()) {
            assertEquals(Optional.empty(), PatternCheck.mistake(known.of(call)), known::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongWhateverTheTensorsIsFound(Invocation call) {
        EinopsException e = assertThrows(EinopsException.class, call::run);
        boolean always = switch (e) {
            case EinopsException.Syntax _, EinopsException.Reducing _ -> e.kind() != Kind.NOTHING_TO_REDUCE;
            case EinopsException.Names _ -> e.kind() != Kind.EINSUM_ELLIPSIS_DROPPED;
            case EinopsException.Rank _ -> e.kind() == Kind.OPERAND_COUNT;
            case EinopsException.Size _, EinopsException.Operand _ -> false;
        };
        if (always) {
            Mistake mistake = PatternCheck.mistake(Known.ALL.of(call)).orElseThrow();
            assertEquals(e.kind(), mistake.kind());
            assertEquals(withoutTensors(String.valueOf(e.getMessage())), withoutTensors(mistake.text()));
            assertTrue(known(String.valueOf(e.getMessage())).containsAll(known(mistake.text())),
                    () -> mistake + " but " + e.getMessage());
        }
    }

    private static String withoutTensors(String message) {
        return message.lines().filter(line -> !line.startsWith("  given: ") && !line.startsWith("  known: ")
                && !line.startsWith("  at:    ")).collect(Collectors.joining("\n"));
    }

    /** Without tensors fewer lengths are known. */
    private static List<String> known(String message) {
        return message.lines().filter(line -> line.startsWith("  known: "))
                .flatMap(line -> Stream.of(line.substring("  known: ".length()).split(", ", -1))).toList();
    }

    @Provide
    Arbitrary<Invocation> anything() {
        Arbitrary<String> patterns = Arbitraries.of("a", "b", "i", " ", " ", "(", ")", "...", ",", "->",
                " -> ", "1", "2").list().ofMaxSize(16).map(parts -> String.join("", parts));
        Arbitrary<String> functions = Arbitraries.of("rearrange", "repeat", "einsum", "reduce", "max");
        Arbitrary<String> axes = Arbitraries.of("", "a=2", "a=2 b=1", "a=0", "b=-1", "a=1 a=1", "x=3");
        Arbitrary<String> shapes = Arbitraries.of("", "2", "2,3", "1,1", "0,2", "2;2", "2,3;3,2", "1;1;1",
                "4", "2,2,2");
        return Combinators.combine(functions, patterns, axes, shapes).as(Invocation::of);
    }

    @Provide
    Arbitrary<Invocation> superset() {
        Arbitrary<String> patterns = Arbitraries.of("a", "b", "a", "b", " ", " ", "(", ")", "[", "]", "[a]",
                "[b]", "...", ", ", " -> ", "->", " + ", "=2", "2", "[2]", "*2").list().ofMaxSize(14)
                .map(parts -> String.join("", parts));
        Arbitrary<String> functions = Arbitraries.of(Invocation.OTHERS);
        Arbitrary<String> axes = Arbitraries.of("", "", "", "a=2", "a=2 b=1", "a=0", "x=3");
        Arbitrary<String> shapes = Arbitraries.of("2", "2,3", "1,1", "0,2", "2;2", "2,3;3,2", "2,2;2;2",
                "2,2,2", "2,2;2,2;2,2");
        // How far to roll has the place of the lengths.
        return Combinators.combine(functions, patterns, axes, shapes).as(Invocation::of)
                .filter(call -> !call.function().equals("roll") || call.axes().isEmpty());
    }

    @Property(tries = 3000)
    void whatIsFoundInWhatEinopsLacksFails(@ForAll("superset") Invocation call, @ForAll Known known) {
        PatternCheck.mistake(known.of(call)).ifPresent(mistake ->
                assertThrows(EinopsException.class, call::result, () -> call + ": " + mistake));
    }

    @Property
    void whatIsFoundFails(@ForAll("anything") Invocation call, @ForAll Known known) {
        PatternCheck.mistake(known.of(call)).ifPresent(mistake -> {
            EinopsException e = assertThrows(EinopsException.class, call::run, mistake::toString);
            // What depends on the tensors may be found first, and of several lengths another.
            boolean another = e instanceof EinopsException.Rank || e instanceof EinopsException.Size
                    || e instanceof EinopsException.Operand || e.kind() == Kind.EINSUM_ELLIPSIS_DROPPED
                    || e.kind() == Kind.AXIS_UNUSED || e.kind() == Kind.AXIS_GIVEN_TWICE;
            assertTrue(another || e.kind() == mistake.kind(), () -> mistake + " but " + e.getMessage());
        });
    }
}
