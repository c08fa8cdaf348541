package kefu.it;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

/** Pictures side by side, in rows. */
final class ContactSheet {
    private static final int GAP = 12;
    private static final Color GROUND = new Color(0x8a, 0x93, 0x91);

    private final List<List<BufferedImage>> rows = new ArrayList<>();

    /** @param pngs side by side */
    void addRow(List<byte[]> pngs) throws IOException {
        List<BufferedImage> row = new ArrayList<>();
        for (byte[] png : pngs) {
            row.add(ImageIO.read(new ByteArrayInputStream(png)));
        }
        rows.add(row);
    }

    void write(Path file) throws IOException {
        int width = rows.stream().mapToInt(ContactSheet::width).max().orElseThrow();
        int height = GAP + rows.stream().mapToInt(row -> height(row) + GAP).sum();
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = sheet.createGraphics();
        canvas.setColor(GROUND);
        canvas.fillRect(0, 0, width, height);
        int y = GAP;
        for (List<BufferedImage> row : rows) {
            int x = GAP;
            for (BufferedImage picture : row) {
                canvas.drawImage(picture, x, y, null);
                x += picture.getWidth() + GAP;
            }
            y += height(row) + GAP;
        }
        canvas.dispose();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam small = writer.getDefaultWriteParam();
        small.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        small.setCompressionQuality(0.5f); // the best would take three times as long, for a sixth less
        Files.deleteIfExists(file);
        try (ImageOutputStream output = new FileImageOutputStream(file.toFile())) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(sheet, null, null), small);
        }
        writer.dispose();
    }

    private static int width(List<BufferedImage> row) {
        return GAP + row.stream().mapToInt(picture -> picture.getWidth() + GAP).sum();
    }

    private static int height(List<BufferedImage> row) {
        return row.stream().mapToInt(BufferedImage::getHeight).max().orElse(0);
    }
}
