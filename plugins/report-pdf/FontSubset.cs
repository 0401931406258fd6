using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Cuts a font down to the glyphs that are used, by the part of HarfBuzz that its .NET library does not show. Glyphs keep their numbers.</summary>
internal static unsafe partial class FontSubset
{
    private const string Library = "libHarfBuzzSharp";
    private const int DropTables = 3;
    private const uint NoHints = 1, RetainNumbers = 2, NoLayoutClosure = 0x200;

    /// <summary>The font file with these glyphs alone; the whole one if HarfBuzz cannot cut it.</summary>
    public static byte[] Of(FontFace face, IEnumerable<ushort> glyphs)
    {
        var input = hb_subset_input_create_or_fail();
        if (input == 0)
            return face.Bytes;
        try
        {
            hb_subset_input_set_flags(input, NoHints | RetainNumbers | NoLayoutClosure);
            var set = hb_subset_input_glyph_set(input);
            foreach (var glyph in glyphs)
                hb_set_add(set, glyph);
            // Only what draws is needed: shaping is done.
            var dropped = hb_subset_input_set(input, DropTables);
            foreach (var table in new[] { "GSUB", "GPOS", "GDEF", "cmap", "name", "post", "OS/2", "kern", "DSIG", "gasp", "meta", "STAT" })
                hb_set_add(dropped, (uint)((table[0] << 24) | (table[1] << 16) | (table[2] << 8) | table[3]));
            var cut = hb_subset_or_fail(face.Face.Handle, input);
            if (cut == 0)
                return face.Bytes;
            var blob = hb_face_reference_blob(cut);
            var data = hb_blob_get_data(blob, out var length);
            var bytes = new ReadOnlySpan<byte>(data, (int)length).ToArray();
            hb_blob_destroy(blob);
            hb_face_destroy(cut);
            return bytes;
        }
        finally
        {
            hb_subset_input_destroy(input);
        }
    }

    /// <summary>Six letters that tell one subset from another, the same for the same glyphs.</summary>
    public static string Prefix(IEnumerable<ushort> glyphs)
    {
        var hash = SHA256.HashData([.. glyphs.SelectMany(g => new[] { (byte)(g >> 8), (byte)g })]);
        return new([.. hash.Take(6).Select(b => (char)('A' + (b % 26)))]);
    }

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_create_or_fail();

    [LibraryImport(Library)]
    private static partial void hb_subset_input_destroy(nint input);

    [LibraryImport(Library)]
    private static partial void hb_subset_input_set_flags(nint input, uint flags);

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_glyph_set(nint input);

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_set(nint input, int kind);

    [LibraryImport(Library)]
    private static partial void hb_set_add(nint set, uint value);

    [LibraryImport(Library)]
    private static partial nint hb_subset_or_fail(nint face, nint input);

    [LibraryImport(Library)]
    private static partial nint hb_face_reference_blob(nint face);

    [LibraryImport(Library)]
    private static partial byte* hb_blob_get_data(nint blob, out uint length);

    [LibraryImport(Library)]
    private static partial void hb_blob_destroy(nint blob);

    [LibraryImport(Library)]
    private static partial void hb_face_destroy(nint face);
}
