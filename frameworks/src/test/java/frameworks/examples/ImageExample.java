package frameworks.examples;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import ricci.einops.Reduction;

/** A thumbnail, its negative's grey, and four tiles of it side by side, on Java's images. */
public final class ImageExample {
    private ImageExample() {}

    public static void main(String... args) {
        BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.ORANGE);
        pen.fillRect(0, 0, 32, 48);
        pen.dispose();

        BufferedImage thumbnail = reduce(picture, "(h p) (w q) c -> h w c", Reduction.MEAN,
                axis("p", 4), axis("q", 4));
        System.out.println("thumbnail " + thumbnail.getWidth() + " x " + thumbnail.getHeight());

        BufferedImage grey = reduce(thumbnail, "h w c -> h w", Reduction.MEAN);
        System.out.println("grey      " + grey.getRaster().getSample(0, 0, 0));

        BufferedImage tiles = rearrange(picture, "(a h) (b w) c -> h (a b w) c", axis("a", 2), axis("b", 2));
        System.out.println("tiles     " + tiles.getWidth() + " x " + tiles.getHeight());
    }
}
