using System.Globalization;
using System.Text;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Operators of a page as bytes. Places are given from the upper left corner.</summary>
internal sealed class Ink(double pageHeight)
{
    private byte[] bytes = new byte[1 << 16];
    private int length;

    public ReadOnlySpan<byte> Content => bytes.AsSpan(0, length);

    public void Clear() => length = 0;

    public Ink Raw(string ascii)
    {
        Room(ascii.Length);
        length += Encoding.ASCII.GetBytes(ascii, bytes.AsSpan(length));
        return this;
    }

    /// <summary>A number with at most two decimals and a space.</summary>
    public Ink Number(double value)
    {
        Room(24);
        var hundredths = (long)Math.Round(value * 100);
        if (hundredths < 0)
        {
            bytes[length++] = (byte)'-';
            hundredths = -hundredths;
        }

        (hundredths / 100).TryFormat(bytes.AsSpan(length), out var written, default, CultureInfo.InvariantCulture);
        length += written;
        if (hundredths % 100 is not 0 and var rest)
        {
            bytes[length++] = (byte)'.';
            bytes[length++] = (byte)('0' + (rest / 10));
            if (rest % 10 != 0)
                bytes[length++] = (byte)('0' + (rest % 10));
        }

        bytes[length++] = (byte)' ';
        return this;
    }

    /// <summary>Four hexadecimal digits.</summary>
    public void Hex(ushort code)
    {
        const string digits = "0123456789ABCDEF";
        Room(4);
        bytes[length++] = (byte)digits[code >> 12];
        bytes[length++] = (byte)digits[(code >> 8) & 15];
        bytes[length++] = (byte)digits[(code >> 4) & 15];
        bytes[length++] = (byte)digits[code & 15];
    }

    public Ink X(double x) => Number(x);

    public Ink Y(double y) => Number(pageHeight - y);

    /// <summary>Colour of what is filled, as <c>RRGGBB</c>.</summary>
    public Ink Fill(string hex) => Colour(hex).Raw("rg ");

    /// <summary>Colour of lines, as <c>RRGGBB</c>.</summary>
    public Ink Stroke(string hex) => Colour(hex).Raw("RG ");

    public void Box(double x, double y, double width, double height, string hex) =>
        Fill(hex).X(x).Y(y + height).Number(width).Number(height).Raw("re f\n");

    public void Line(double x1, double y1, double x2, double y2, double width, string hex) =>
        Stroke(hex).Number(width).Raw("w ").X(x1).Y(y1).Raw("m ").X(x2).Y(y2).Raw("l S\n");

    private Ink Colour(string hex)
    {
        for (var at = 0; at < 6; at += 2)
        {
            var share = Convert.ToInt32(hex.Substring(at, 2), 16) / 255.0;
            Raw(share.ToString("0.###", CultureInfo.InvariantCulture)).Raw(" ");
        }

        return this;
    }

    private void Room(int more)
    {
        if (length + more > bytes.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + more));
    }
}
