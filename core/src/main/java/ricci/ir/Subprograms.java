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
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.ReducePrecision _, Op.Binary _,
                 Op.RegularizedIncompleteBeta _, Op.Compare _, Op.Select _, Op.Convert _,
                 Op.Bitcast _, Op.Iota _,
                 Op.Reshape _, Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Reduce _, Op.Cumulative _,
                 Op.ArgReduce _, Op.DotGeneral _, Op.Slice _, Op.Pad _, Op.Concatenate _, Op.Reverse _,
                 Op.Sort _, Op.Gather _, Op.Scatter _, Op.Threefry _, Op.StopGradient _, Windows _,
                 LinearAlgebra _, Complex _ -> List.of();
        };
    }
}
