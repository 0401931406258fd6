using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace IsmsModular.Plugins.Pdf;

/// <summary>A PNG of 8 bits that is not interlaced, with or without transparency.</summary>
internal sealed class PngPicture
{
    private const int Largest = 64 << 20;

    private readonly byte[] packed;
    private readonly byte[] palette;
    private readonly int type;

    private PngPicture(int width, int height, int type, byte[] packed, byte[] palette)
    {
        (Width, Height) = (width, height);
        (this.type, this.packed, this.palette) = (type, packed, palette);
    }

    public int Width { get; }

    public int Height { get; }

    private int Channels => type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The picture, or <c>null</c> when it is of another kind.</summary>
    public static PngPicture? Read(IReadOnlyList<byte> file)
    {
        ReadOnlySpan<byte> png = [.. file];
        if (png.Length < 33 || !png[..8].SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))
            return null;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        var (depth, type, interlaced) = (png[24], png[25], png[28]);
        if (width is < 1 or > 20_000 || height is < 1 or > 20_000 || (long)width * height * 4 > Largest || depth != 8 || interlaced != 0 || type is not (0 or 2 or 3 or 4 or 6))
            return null;
        using var data = new MemoryStream();
        byte[] palette = [];
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            if (length < 0 || at + 12 + (long)length > png.Length)
                return null;
            var name = png.Slice(at + 4, 4);
            var body = png.Slice(at + 8, length);
            if (name.SequenceEqual("IDAT"u8))
                data.Write(body);
            else if (name.SequenceEqual("PLTE"u8))
                palette = body.ToArray();
            at += 12 + length;
        }

        return data.Length == 0 || (type == 3 && palette.Length == 0) ? null : new(width, height, type, data.ToArray(), palette);
    }

    /// <summary>Writes the picture; gives its number.</summary>
    public int Write(PdfFile file)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"/Type/XObject/Subtype/Image/Width {Width}/Height {Height}/BitsPerComponent 8");
        var colours = type switch
        {
            0 or 4 => "/DeviceGray",
            3 => string.Create(CultureInfo.InvariantCulture, $"[/Indexed/DeviceRGB {(palette.Length / 3) - 1}<{Convert.ToHexString(palette)}>]"),
            _ => "/DeviceRGB",
        };
        var id = file.Reserve();
        if (type is 0 or 2 or 3)
        {
            file.WritePacked(id, string.Create(CultureInfo.InvariantCulture, $"{head}/ColorSpace{colours}/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors {Channels}/Columns {Width}>>"), packed);
            return id;
        }

        var (picture, mask) = Split();
        var maskId = file.WriteStream($"{head}/ColorSpace/DeviceGray", mask);
        file.WriteStream(id, string.Create(CultureInfo.InvariantCulture, $"{head}/ColorSpace{colours}/SMask {maskId} 0 R"), picture);
        return id;
    }

    /// <summary>Colours and transparency apart.</summary>
    private (byte[] Picture, byte[] Mask) Split()
    {
        var line = Width * Channels;
        var (before, now) = (new byte[line], new byte[line]);
        var (picture, mask) = (new byte[Width * Height * (Channels - 1)], new byte[Width * Height]);
        using var unpacked = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        for (var row = 0; row < Height; row++)
        {
            var filter = unpacked.ReadByte();
            if (filter < 0 || unpacked.ReadAtLeast(now, line, throwOnEndOfStream: false) < line)
                break;
            for (var i = 0; i < line; i++)
            {
                int left = i >= Channels ? now[i - Channels] : 0, up = before[i], corner = i >= Channels ? before[i - Channels] : 0;
                now[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (var x = 0; x < Width; x++)
            {
                now.AsSpan(x * Channels, Channels - 1).CopyTo(picture.AsSpan(((row * Width) + x) * (Channels - 1)));
                mask[(row * Width) + x] = now[(x * Channels) + Channels - 1];
            }

            (before, now) = (now, before);
        }

        return (picture, mask);
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
