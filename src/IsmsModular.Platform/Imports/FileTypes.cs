namespace IsmsModular.Platform.Imports;

/// <summary>What a file is, by its first bytes.</summary>
public enum FileType
{
    /// <summary>Nothing that is known.</summary>
    Other,

    /// <summary>PDF.</summary>
    Pdf,

    /// <summary>PNG, JPEG, GIF or WebP.</summary>
    Image,

    /// <summary>A zip archive; Office documents are such.</summary>
    Archive,

    /// <summary>Text without control characters.</summary>
    Text,

    /// <summary>A program: told apart, so that nobody opens it as a document.</summary>
    Program,
}

/// <summary>Names and types of uploaded files. The type is for people to see; every file is served as a download all the same.</summary>
public static class FileTypes
{
    private const int Head = 512;

    /// <summary>Reads the first bytes.</summary>
    public static async Task<FileType> OfAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[Head];
        var read = await content.ReadAtLeastAsync(head, Head, throwOnEndOfStream: false, cancellationToken);
        return Of(head.AsSpan(0, read));
    }

    /// <summary>The type that these first bytes show.</summary>
    public static FileType Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("%PDF-"u8))
            return FileType.Pdf;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || head.StartsWith("GIF8"u8) || (head.Length > 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8)))
            return FileType.Image;
        if (head.StartsWith("PK\u0003\u0004"u8))
            return FileType.Archive;
        if (head.StartsWith("MZ"u8) || head.StartsWith("\u007FELF"u8) || head.StartsWith("#!"u8))
            return FileType.Program;
        return head.Length > 0 && head.IndexOfAnyInRange((byte)0, (byte)8) < 0 ? FileType.Text : FileType.Other;
    }

    /// <summary>A file name without path and without characters that do harm.</summary>
    /// <param name="path">What the browser sent.</param>
    /// <param name="instead">Name when nothing usable is left.</param>
    public static string NameOf(string path, string instead)
    {
        var name = Path.GetFileName(path.Replace('\\', '/'));
        return CellText.FirstUnfit(name) >= 0 || name.Length is 0 or > 150 ? instead : name;
    }
}
