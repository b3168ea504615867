package ricci.ir;

import java.util.Collection;
import java.util.List;

/**
 * A named axis on which those lie who run one program, each on its own part of the data: an axis that vmap
 * maps, or one of a mesh.
 *
 * @param name a word, by which collectives name the axis
 * @param size how many lie on it
 */
public record NamedAxis(String name, long size) {

    /**
     * The axis, checked.
     *
     * @throws RicciException.Argument if the name is no word or the size is negative
     */
    public static NamedAxis of(String name, long size) {
        if (name == null || !isName(name)) {
            throw new RicciException.Argument("name an axis \"" + name + "\"", "size " + size,
                    "a name consists of letters, digits and underscores and begins with a letter",
                    "choose a name such as \"batch\"");
        }
        if (size < 0) {
            throw new RicciException.Argument("give the axis " + name + " a size", "size " + size,
                    "no axis has a negative size", "give a size of 0 or more");
        }
        return new NamedAxis(name, size);
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && Character.isLetter(name.codePointAt(0))
                && name.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
    }

    /** The names, in order. */
    public static List<String> names(Collection<NamedAxis> axes) {
        return axes.stream().map(NamedAxis::name).toList();
    }

    /** The name and the size: {@code batch=8}. */
    @Override
    public String toString() {
        return name + "=" + size;
    }
}
