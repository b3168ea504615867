package ricci.einops;

/**
 * Marks exceptions whose messages tell the user what to mend. Those of a tensor library are passed on as
 * they are, not reported as a {@link EinopsException.Kind#BACKEND_FAILED failure of the backend}.
 */
public interface UserError {}
