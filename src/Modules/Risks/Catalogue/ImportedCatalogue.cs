using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Which catalogues the workspace works with beside its base edition. One document a workspace.</summary>
internal sealed class CatalogueChoice : Document
{
    public static DocumentMap<CatalogueChoice> Map { get; } = new("risks_catalogue_choice");

    /// <summary>The one id.</summary>
    public static string TheId { get; } = new Ulid(System.Security.Cryptography.SHA256.HashData("catalogue-choice"u8).AsSpan(0, 16)).ToString();

    /// <summary>Keys of the sector guides whose controls are rows of the statement.</summary>
    public List<string> Extensions { get; set; } = [];

    /// <summary>Keys of the threat catalogues that risks choose from; null for the program's own.</summary>
    public List<string>? Threats { get; set; }

    /// <summary>Keys of the vulnerability catalogues that risks choose from; null for the program's own.</summary>
    public List<string>? Vulnerabilities { get; set; }

    public static CatalogueChoice Fresh() => new() { Id = TheId };
}

/// <summary>A catalogue or mapping that the workspace brought in from a file. Its rows lie in an attachment, each version in one of its own; the log keeps which was current when.</summary>
internal sealed class ImportedCatalogue : Document
{
    public static DocumentMap<ImportedCatalogue> Map { get; } = new DocumentMap<ImportedCatalogue>("risks_catalogues")
        .Text("ref", c => c.Key)
        .Text("name", c => c.Name)
        .Unique("key", c => c.Key)
        .Attachments(c => [c.Content]);

    /// <summary>Prefix of every key, so that none is taken for a plugin's.</summary>
    public const string Prefix = "import-";

    /// <summary>Key as records name it; never changes.</summary>
    public required string Key { get; set; }

    public required string Name { get; set; }

    /// <summary>Null for a mapping.</summary>
    public CatalogueKind? Kind { get; set; }

    /// <summary>Edition or version; null for a mapping.</summary>
    public string? Edition { get; set; }

    /// <summary>SHA-256 of the attachment with the rows.</summary>
    public required string Content { get; set; }

    /// <summary>Rows or pairs.</summary>
    public int Rows { get; set; }

    /// <summary>What the file calls itself, so that a newer version of it is recognised.</summary>
    public string? Identity { get; set; }

    /// <summary>Name of the file.</summary>
    public string? File { get; set; }

    /// <summary>What kind of file it was, such as <c>oscal-catalog</c>.</summary>
    public string? Format { get; set; }

    public bool IsMapping => Kind is null;
}
