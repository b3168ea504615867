package ricci.ir;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The classes of all primitives, those of families among them. */
public final class Primitives {
    private Primitives() {}

    public static Set<Class<?>> all() {
        return of(Op.class).collect(Collectors.toSet());
    }

    private static Stream<Class<?>> of(Class<?> type) {
        return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Primitives::of)
                : Stream.of(type);
    }
}
