package ricci.einops;

import java.util.List;

/** Which axes of two tensors run together: batch axes stay, contracted ones are summed over. */
public record Contraction(List<Integer> batchA, List<Integer> batchB, List<Integer> contractedA,
                          List<Integer> contractedB) {
    public Contraction {
        batchA = List.copyOf(batchA);
        batchB = List.copyOf(batchB);
        contractedA = List.copyOf(contractedA);
        contractedB = List.copyOf(contractedB);
    }
}
