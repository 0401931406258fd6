using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Writes objects of a PDF 1.7 one after the other and knows where each begins. Small ones are gathered into compressed streams. Nothing is held back but their places.</summary>
internal sealed class PdfFile
{
    private const int InStream = 200;
    private const long Gathered = 1L << 62;

    private readonly Stream output;
    private readonly List<long> places = [0];
    private readonly List<(int Id, int At)> gathered = [];
    private readonly StringBuilder small = new();
    private long position;

    public PdfFile(Stream output)
    {
        this.output = output;
        Put("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
    }

    /// <summary>An object's number before it is written.</summary>
    public int Reserve()
    {
        places.Add(0);
        return places.Count - 1;
    }

    /// <summary>Writes a dictionary or array.</summary>
    public void Write(int id, string body)
    {
        gathered.Add((id, small.Length));
        small.Append(body).Append(' ');
        if (gathered.Count == InStream)
            WriteGathered();
    }

    public int Write(string body)
    {
        var id = Reserve();
        Write(id, body);
        return id;
    }

    /// <summary>Writes a compressed stream; <paramref name="entries"/> are further entries of its dictionary.</summary>
    public void WriteStream(int id, string entries, ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream(content.Length / 3);
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(content);
        WritePacked(id, entries + "/Filter/FlateDecode", packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public int WriteStream(string entries, ReadOnlySpan<byte> content)
    {
        var id = Reserve();
        WriteStream(id, entries, content);
        return id;
    }

    /// <summary>Writes a stream whose bytes are as they shall stand in the file.</summary>
    public void WritePacked(int id, string entries, ReadOnlySpan<byte> content)
    {
        places[id] = position;
        Put(string.Create(CultureInfo.InvariantCulture, $"{id} 0 obj\n<<{entries}/Length {content.Length}>>\nstream\n"));
        output.Write(content);
        position += content.Length;
        Put("\nendstream\nendobj\n");
    }

    /// <summary>Writes where all objects are, and ends.</summary>
    public void Finish(int root, int information, string fileId)
    {
        WriteGathered();
        var id = Reserve();
        places[id] = position;
        var table = new byte[places.Count * 8];
        for (var i = 1; i < places.Count; i++)
        {
            var entry = table.AsSpan(i * 8, 8);
            var isGathered = (places[i] & Gathered) != 0;
            var (first, second) = isGathered ? ((places[i] & ~Gathered) >> 16, places[i] & 0xffff) : (places[i], 0L);
            entry[0] = (byte)(isGathered ? 2 : places[i] == 0 ? 0 : 1);
            for (var b = 0; b < 5; b++)
                entry[1 + b] = (byte)(first >> (8 * (4 - b)));
            (entry[6], entry[7]) = ((byte)(second >> 8), (byte)second);
        }

        var start = position;
        WriteStream(id, string.Create(CultureInfo.InvariantCulture, $"/Type/XRef/W[1 5 2]/Size {places.Count}/Root {root} 0 R/Info {information} 0 R/ID[<{fileId}><{fileId}>]"), table);
        Put(string.Create(CultureInfo.InvariantCulture, $"startxref\n{start}\n%%EOF\n"));
    }

    /// <summary>A text as PDF writes it: two bytes a character, most significant first.</summary>
    public static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    private void WriteGathered()
    {
        if (gathered.Count == 0)
            return;
        var id = Reserve();
        var head = new StringBuilder();
        for (var i = 0; i < gathered.Count; i++)
        {
            places[gathered[i].Id] = Gathered | ((long)id << 16) | (uint)i;
            head.Append(CultureInfo.InvariantCulture, $"{gathered[i].Id} {gathered[i].At} ");
        }

        var entries = string.Create(CultureInfo.InvariantCulture, $"/Type/ObjStm/N {gathered.Count}/First {head.Length}");
        var content = Encoding.ASCII.GetBytes(head.Append(small).ToString());
        gathered.Clear();
        small.Clear();
        WriteStream(id, entries, content);
    }

    private void Put(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        output.Write(bytes);
        position += bytes.Length;
    }
}
