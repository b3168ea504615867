package ricci.einops;

/**
 * Marks the exceptions of a tensor library whose messages tell the user what to mend: they are passed on as they are,
 * not reported as a {@link EinopsException.Kind#BACKEND_FAILED failure of the backend}.
 */
public interface UserError {}
