package ricci.ir;

import java.util.List;
import java.util.function.Function;

/**
 * Immutable lists made of others, without nulls.
 *
 * <p>The lists of an equation have one or two elements, and each step makes some for every equation; streams
 * cost several times as much there as the step itself.
 */
public final class Lists {
    private Lists() {}

    /** What {@code function} makes of each element. */
    public static <A, B> List<B> mapped(List<? extends A> list, Function<? super A, ? extends B> function) {
        return switch (list.size()) {
            case 0 -> List.of();
            case 1 -> List.of(function.apply(list.getFirst()));
            case 2 -> List.of(function.apply(list.getFirst()), function.apply(list.getLast()));
            default -> many(list, function);
        };
    }

    @SuppressWarnings("unchecked")
    private static <A, B> List<B> many(List<? extends A> list, Function<? super A, ? extends B> function) {
        Object[] all = new Object[list.size()];
        int next = 0;
        for (A element : list) {
            all[next++] = function.apply(element);
        }
        return (List<B>) List.of(all);
    }

    /** The elements of all lists, in order. */
    @SafeVarargs
    @SuppressWarnings("unchecked")
    public static <E> List<E> join(List<? extends E>... lists) {
        int size = 0;
        for (List<? extends E> list : lists) {
            size += list.size();
        }
        Object[] all = new Object[size];
        int next = 0;
        for (List<? extends E> list : lists) {
            for (E element : list) {
                all[next++] = element;
            }
        }
        return (List<E>) List.of(all);
    }
}
