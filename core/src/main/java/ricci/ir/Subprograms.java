package ricci.ir;

import java.util.List;

/** The programs inside an equation. */
public final class Subprograms {
    private Subprograms() {}

    /** The programs that {@code op} carries, in the order in which they are printed. */
    public static List<Program> of(Op op) {
        return switch (op) {
            case Op.Call(_, var body) -> List.of(body);
            case Control control -> ControlText.programs(control);
            case Custom custom -> CustomText.programs(custom);
            case Collective.Pmap map -> List.of(map.body());
            case Collective _ -> List.of();
            case Effect _ -> List.of();
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.ReducePrecision _, Op.Binary _,
                 Op.Fma _, Op.RegularizedIncompleteBeta _, Op.Compare _, Op.Select _, Op.Convert _,
                 Op.Bitcast _, Op.Iota _,
                 Op.Reshape _, Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Reduce _, Op.Cumulative _,
                 Op.ArgReduce _, Op.DotGeneral _, Op.Slice _, Op.Pad _, Op.Concatenate _, Op.Reverse _,
                 Op.Sort _, Op.Gather _, Op.Scatter _, Op.Threefry _, Op.StopGradient _, Windows _,
                 LinearAlgebra _, Complex _ -> List.of();
        };
    }

    /** The primitive with other programs in place of those that {@link #of} gives. */
    public static Op replaced(Op op, List<Program> programs) {
        return switch (op) {
            case Op.Call(var name, _) -> new Op.Call(name, programs.getFirst());
            case Control.Cond _ -> new Control.Cond(programs);
            case Control.While(_, _, var limit) ->
                    new Control.While(programs.getFirst(), programs.getLast(), limit);
            case Control.Scan(_, var constants, var carries, var length, var reverse) ->
                    new Control.Scan(programs.getFirst(), constants, carries, length, reverse);
            case Custom.CustomJvp(var name, _, _, var constants) ->
                    new Custom.CustomJvp(name, programs.getFirst(), programs.getLast(), constants);
            case Custom.CustomVjp(var name, _, _, _, var constants) ->
                    new Custom.CustomVjp(name, programs.get(0), programs.get(1), programs.get(2), constants);
            case Custom.CustomLinear(var name, _, var residuals) ->
                    new Custom.CustomLinear(name, programs.getFirst(), residuals);
            case Custom.Remat(_, var policy) -> new Custom.Remat(programs.getFirst(), policy);
            case Collective.Pmap(var axes, var in, var out, _) ->
                    new Collective.Pmap(axes, in, out, programs.getFirst());
            case Custom.Named _, Collective _, Effect _, Op.Unary _, Op.IntegerPower _, Op.IsFinite _,
                 Op.ReducePrecision _, Op.Binary _, Op.Fma _, Op.RegularizedIncompleteBeta _, Op.Compare _,
                 Op.Select _, Op.Convert _, Op.Bitcast _, Op.Iota _, Op.Reshape _, Op.Transpose _,
                 Op.Rearrange _, Op.Broadcast _, Op.Reduce _, Op.Cumulative _, Op.ArgReduce _, Op.DotGeneral _, Op.Slice _,
                 Op.Pad _, Op.Concatenate _, Op.Reverse _, Op.Sort _, Op.Gather _, Op.Scatter _,
                 Op.Threefry _, Op.StopGradient _, Windows _, LinearAlgebra _, Complex _ -> op;
        };
    }
}
