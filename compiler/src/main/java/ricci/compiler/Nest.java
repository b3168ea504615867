package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.transform.TransposeCustom;

/**
 * The plans of the programs that an equation runs, with memory that all its steps use again. The steps of a
 * loop write what they carry in turn to the place of the equation's result and to a second room; or, if they
 * may write it over what they have read, to the former alone.
 *
 * @param spares where the second room of each carried tensor is, from the start of the nest's memory
 * @param holds where a while loop writes whether its condition holds
 * @param arena where the memory of the plans begins; no two of them run at once, but that of a condition
 *     lies before that of the body
 * @param bytes of all that
 */
record Nest(List<Plan> plans, List<Long> spares, long holds, long arena, long bytes) {
    /** Bytes that no machine has, of which thousands can be added up. */
    private static final long MOST = 1L << 48;

    Nest {
        plans = List.copyOf(plans);
        spares = List.copyOf(spares);
    }

    /** The nest of an operation; null if it carries no programs, or they do not run here. */
    static @Nullable Nest of(Op op) {
        List<Plan> plans = plans(op);
        if (plans.isEmpty()) {
            return null;
        }
        long end = 0;
        List<Long> spares = new ArrayList<>();
        for (int i = 0; i < carries(op); i++) {
            spares.add(end);
            end += isInvariant(op, plans.getLast(), i) || isInPlace(op, plans.getLast(), i) ? 0
                    : Launches.aligned(bytes(plans.getLast().results().get(i).type()));
        }
        long holds = end;
        long arena = end + (op instanceof Control.While ? Launches.ALIGNMENT : 0);
        LongStream arenas = plans.stream().mapToLong(plan -> Launches.aligned(plan.arena()));
        // What a loop's body keeps from step to step, its condition must not write over.
        long most = op instanceof Control.While ? arenas.sum() : arenas.max().orElse(0);
        return new Nest(plans, spares, holds, arena, arena + most);
    }

    private static List<Plan> plans(Op op) {
        return switch (op) {
            case Control.While(var condition, var body, _) ->
                    List.of(Planner.plan(condition), Planner.body(body, constants(op)));
            case Control.Scan scan -> List.of(Planner.body(scan.body(), constants(op)));
            case Op _ -> programs(op).stream().map(Planner::plan).toList();
        };
    }

    /** The programs that say what the operation computes; not those of its derivatives. */
    private static List<Program> programs(Op op) {
        return switch (op) {
            case Control.Cond(var branches) -> branches;
            case Op.Call(_, var body) -> List.of(body);
            case Custom.CustomJvp jvp -> List.of(jvp.function());
            case Custom.CustomVjp vjp -> List.of(vjp.function());
            case Custom.CustomLinear linear -> List.of(TransposeCustom.function(linear));
            case Custom.Remat(var body, _) -> List.of(body);
            case Op _ -> List.of();
        };
    }

    private static int carries(Op op) {
        return switch (op) {
            case Control.While loop -> loop.carries();
            case Control.Scan scan -> scan.carries();
            case Op _ -> 0;
        };
    }

    /** Whether each step of a loop, whose body is {@code body}, hands a carried tensor on as it is. */
    static boolean isInvariant(Op op, Plan body, int carry) {
        return body.results().get(carry).equals(body.inputs().get(constants(op) + carry));
    }

    /** Whether each step of a loop may write a carried tensor over the one that it was given. */
    static boolean isInPlace(Op op, Plan body, int carry) {
        return body.reusable().get(carry).contains(constants(op) + carry);
    }

    /** How many inputs of the body come before what is carried. */
    private static int constants(Op op) {
        return switch (op) {
            case Control.While loop -> loop.bodyConstants();
            case Control.Scan scan -> scan.constants();
            case Op _ -> 0;
        };
    }

    /** Where the memory of a loop's body begins. */
    long bodyArena() {
        return arena + (plans.size() < 2 ? 0 : Launches.aligned(plans.getFirst().arena()));
    }

    long scratch() {
        return plans.stream().mapToLong(Plan::scratch).max().orElse(0);
    }

    static long bytes(TensorType type) {
        if (type.shape().size() > MOST / type.dtype().bytes()) {
            throw new RicciException.Argument("compile a program", "a tensor " + type + " in it",
                    "a tensor fits into memory", "use smaller tensors");
        }
        return type.shape().size() * type.dtype().bytes();
    }
}
