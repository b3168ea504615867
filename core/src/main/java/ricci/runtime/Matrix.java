package ricci.runtime;

import java.util.Arrays;

/** A matrix of doubles that the interpreter's algorithms work on, row by row in memory. */
@SuppressWarnings("ArrayRecordComponent")
record Matrix(int rows, int columns, double[] data) {

    static Matrix zeros(int rows, int columns) {
        return new Matrix(rows, columns, new double[rows * columns]);
    }

    static Matrix identity(int rows, int columns) {
        Matrix eye = zeros(rows, columns);
        for (int i = 0; i < Math.min(rows, columns); i++) {
            eye.set(i, i, 1);
        }
        return eye;
    }

    /** A vector as a matrix of one row. */
    static Matrix row(double... elements) {
        return new Matrix(1, elements.length, elements);
    }

    double at(int i, int j) {
        return data[i * columns + j];
    }

    void set(int i, int j, double value) {
        data[i * columns + j] = value;
    }

    Matrix copy() {
        return new Matrix(rows, columns, data.clone());
    }

    Matrix transposed() {
        Matrix t = zeros(columns, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                t.set(j, i, at(i, j));
            }
        }
        return t;
    }

    Matrix scaled(double factor) {
        return new Matrix(rows, columns, Arrays.stream(data).map(x -> x * factor).toArray());
    }

    /** The columns that {@code order} names, in its order. */
    Matrix columns(int... order) {
        Matrix chosen = zeros(rows, order.length);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < order.length; j++) {
                chosen.set(i, j, at(i, order[j]));
            }
        }
        return chosen;
    }

    double columnDot(int i, int j) {
        double sum = 0;
        for (int k = 0; k < rows; k++) {
            sum += at(k, i) * at(k, j);
        }
        return sum;
    }

    /** Columns p and q become c·p - s·q and s·p + c·q. */
    void rotateColumns(int p, int q, double c, double s) {
        for (int k = 0; k < rows; k++) {
            double x = at(k, p);
            double y = at(k, q);
            set(k, p, c * x - s * y);
            set(k, q, s * x + c * y);
        }
    }

    /** Rows p and q become c·p - s·q and s·p + c·q. */
    void rotateRows(int p, int q, double c, double s) {
        for (int k = 0; k < columns; k++) {
            double x = at(p, k);
            double y = at(q, k);
            set(p, k, c * x - s * y);
            set(q, k, s * x + c * y);
        }
    }

    void swapRows(int p, int q) {
        for (int k = 0; k < columns; k++) {
            double x = at(p, k);
            set(p, k, at(q, k));
            set(q, k, x);
        }
    }

    boolean isFinite() {
        return Arrays.stream(data).allMatch(Double::isFinite);
    }

    void fill(double value) {
        Arrays.fill(data, value);
    }

    /** The power of two next to the greatest element, by which division is exact; 1 for zeros. */
    double magnitude() {
        double greatest = Arrays.stream(data).map(Math::abs).max().orElse(0);
        return greatest == 0 ? 1 : Math.scalb(1.0, Math.clamp(Math.getExponent(greatest), -1000, 1000));
    }
}
