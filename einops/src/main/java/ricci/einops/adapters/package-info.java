/**
 * The tensors of other libraries, which are found when one is passed to an operation. None is needed to
 * run: an adapter whose library is missing is not loaded.
 *
 * <table>
 *   <caption>The libraries, and what holds their results</caption>
 *   <tr><th>library</th><th>tensors</th><th>computed by</th><th>results belong to</th></tr>
 *   <tr><td>DJL</td><td>{@code NDArray}</td><td>its engine</td>
 *       <td>the first argument's manager</td></tr>
 *   <tr><td>ND4J</td><td>{@code INDArray}</td><td>ND4J</td><td>the garbage collector</td></tr>
 *   <tr><td>TensorFlow</td><td>{@code Operand<?>}</td><td>TensorFlow</td>
 *       <td>the argument's session</td></tr>
 *   <tr><td>TensorFlow</td><td>{@code TType}</td><td>Java arrays</td><td>the caller, who closes
 * them</td></tr>
 *   <tr><td>ONNX Runtime</td><td>{@code OnnxTensor}</td><td>Java arrays</td><td>the caller, who closes
 *       them</td></tr>
 *   <tr><td>Java</td><td>{@code BufferedImage}</td><td>Java arrays</td><td>the garbage collector</td></tr>
 * </table>
 *
 * <p>Operations mean what they mean on Java arrays, in every library: sums and products of integers have 64
 * bits, means and the like of integers are 64-bit floats, any and all are booleans, positions are 64-bit
 * integers. Floats keep their type and are accumulated as the library does it. Elements of 16 bits are
 * computed by the library where it can, else as {@code float} and rounded once, and stay of 16 bits.
 *
 * <p>Windows that overlap are read by strides, without a copy, where tensors can have strides of one's
 * choice: on Java arrays and in ND4J, where a copy is made of a result, and of what is reshaped or
 * multiplied. DJL and TensorFlow have no such views; there, windows are gathered. Of Ricci's own tensors, the
 * compiler reads them by strides: in what {@code jit} compiles as a whole.
 *
 * <p>A backend that lacks a native way to an operation takes the elements to Java arrays and back; no
 * gradient of the library's own passes through that.
 */
package ricci.einops.adapters;
