package ricci;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ricci.ir.NamedAxis;

/**
 * Along which axis each argument of a function is mapped; see {@link Ricci#inAxes(int...)}. The mapped axis
 * can have a name, by which {@link Collectives} inside the function find it.
 *
 * {@snippet :
 * var centred = vmap((Tensor x) -> x.sub(pmean(x, "batch")), inAxes(0).named("batch"));
 * var numbers = vmap((Tensor x) -> x.add(axisIndex("i")), inAxes(NONE).named("i").size(8));
 * }
 */
public final class InAxes {
    private final List<MappedAxis> arguments;
    private final Optional<String> name;
    private final OptionalLong size;

    InAxes(List<MappedAxis> arguments) {
        this(arguments, Optional.empty(), OptionalLong.empty());
    }

    private InAxes(List<MappedAxis> arguments, Optional<String> name, OptionalLong size) {
        this.arguments = List.copyOf(arguments);
        this.name = name;
        this.size = size;
    }

    /**
     * The same, and the mapped axis has a name, in scope while the function runs. It hides one of that name
     * outside.
     *
     * @throws ricci.ir.RicciException.Argument if it does not consist of letters, digits and underscores, or
     *     does not begin with a letter
     */
    public InAxes named(String axis) {
        return new InAxes(arguments, Optional.of(NamedAxis.of(axis, 0).name()), size);
    }

    /**
     * The same, and there are so many examples: needed where no argument is mapped, else checked.
     *
     * @throws ricci.ir.RicciException.Argument if it is negative
     */
    public InAxes size(long examples) {
        return new InAxes(arguments, name,
                OptionalLong.of(NamedAxis.of(name.orElse("mapped"), examples).size()));
    }

    /** Every argument along its first axis. */
    static InAxes first(int count) {
        return new InAxes(Collections.nCopies(count, new MappedAxis(0)));
    }

    /** The same, with a name in any case. */
    InAxes orNamed(String axis) {
        return name.isPresent() ? this : named(axis);
    }

    /** One entry per argument. */
    List<MappedAxis> arguments() {
        return arguments;
    }

    Optional<String> axisName() {
        return name;
    }

    OptionalLong size() {
        return size;
    }
}
