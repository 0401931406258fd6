using System.Buffers.Binary;
using HarfBuzzSharp;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Pdf;

/// <summary>The fonts that the plugin carries, read once. A character is taken from the first that has it.</summary>
internal sealed class FontFaces
{
    public const int Families = 4;

    public FontFaces(IPluginFiles files)
    {
        var (chinese, symbols) = (FontFace.Read(files, "DroidSansFallback"), FontFace.Read(files, "DejaVuSans"));
        All =
        [
            FontFace.Read(files, "NotoSans-Regular"), FontFace.Read(files, "NotoSansTamil-Regular"), chinese, symbols,
            FontFace.Read(files, "NotoSans-Bold"), FontFace.Read(files, "NotoSansTamil-Bold"), chinese, symbols,
        ];
    }

    /// <summary>Latin, Tamil, Chinese, symbols and other scripts; then the same in bold.</summary>
    public IReadOnlyList<FontFace> All { get; }

    /// <summary>Whether a font stands for bold without being so: its outlines are drawn as well.</summary>
    public static bool IsOutlined(int font) => font >= Families + 2;
}

/// <summary>One font: its bytes and measures.</summary>
internal sealed class FontFace
{
    private FontFace(string name, byte[] bytes)
    {
        (Name, Bytes) = (name, bytes);
        unsafe
        {
            // The array is pinned for good: HarfBuzz reads from it as long as the program runs.
            var pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
            bytes.CopyTo(pinned, 0);
            Bytes = pinned;
            fixed (byte* start = pinned)
                Face = new Face(new Blob((nint)start, pinned.Length, MemoryMode.ReadOnly), 0);
        }

        Face.MakeImmutable();
        Units = Face.UnitsPerEm;
        var head = Face.ReferenceTable(Tag.Parse("head")).AsSpan();
        var hhea = Face.ReferenceTable(Tag.Parse("hhea")).AsSpan();
        short At(ReadOnlySpan<byte> table, int at) => BinaryPrimitives.ReadInt16BigEndian(table[at..]);
        Box = [.. new[] { At(head, 36), At(head, 38), At(head, 40), At(head, 42) }.Select(PerMille)];
        (Ascent, Descent) = (PerMille(At(hhea, 4)), PerMille(At(hhea, 6)));
    }

    public string Name { get; }

    public byte[] Bytes { get; }

    public Face Face { get; }

    public int Units { get; }

    /// <summary>Bounding box, ascent and descent in thousandths of the font's size.</summary>
    public IReadOnlyList<int> Box { get; }

    public int Ascent { get; }

    public int Descent { get; }

    public static FontFace Read(IPluginFiles files, string name)
    {
        using var stream = files.OpenFile($"data/fonts/{name}.ttf");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new(name, bytes.ToArray());
    }

    public int PerMille(short units) => PerMille((int)units);

    public int PerMille(int units) => (int)Math.Round(units * 1000.0 / Units);
}
