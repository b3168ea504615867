package ricci.einops;

import java.util.List;

/** Which axes of two tensors run together: batch axes stay, contracted ones are summed over. */
public record Contraction(List<Integer> batchA, List<Integer> batchB, List<Integer> contractedA,
                          List<Integer> contractedB) {
    public Contraction {
        batchA = Arguments.requireAll(batchA, "Contraction", "axes", "pass the numbers of axes");
        batchB = Arguments.requireAll(batchB, "Contraction", "axes", "pass the numbers of axes");
        contractedA = Arguments.requireAll(contractedA, "Contraction", "axes", "pass the numbers of axes");
        contractedB = Arguments.requireAll(contractedB, "Contraction", "axes", "pass the numbers of axes");
    }
}
