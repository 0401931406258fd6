using System.Text;

namespace IsmsModular.Platform.Imports;

/// <summary>Text files as spreadsheets and other systems write them.</summary>
public static class Unicode
{
    /// <summary>UTF-16 with a byte order mark as UTF-8; everything else as it is.</summary>
    /// <returns>The bytes, or <c>null</c> when the mark promises UTF-16 and the rest is none.</returns>
    public static byte[]? ToUtf8(byte[] bytes)
    {
        if (bytes is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
            return bytes;
        if (bytes.Length % 2 != 0)
            return null;
        var text = (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, bytes.Length - 2);
        return text.Contains('\uFFFD', StringComparison.Ordinal) ? null : Encoding.UTF8.GetBytes(text);
    }
}
