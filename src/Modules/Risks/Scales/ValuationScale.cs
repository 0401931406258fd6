using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Scales;

/// <summary>The workspace's one versioned scale for the value of assets, used for C, I and A alike. One document, id <see cref="TheId"/>.</summary>
internal sealed class ValuationScale : Document
{
    /// <summary>Fixed id: there is one scale in a workspace.</summary>
    public const string TheId = "00000000000000000000VALUES";

    public static DocumentMap<ValuationScale> Map { get; } = new DocumentMap<ValuationScale>("risks_scales")
        .Field("number", s => s.Number);

    /// <summary>Version of the scale, from 1; values keep the number they were given under.</summary>
    public int Number { get; set; } = 1;

    /// <summary>Tiers, lowest first; tier 1 is the first.</summary>
    public List<ScaleTier> Tiers { get; set; } = [];

    /// <summary>Label of a tier from 1 in a language; empty for a tier that the scale does not have (any more).</summary>
    public string Label(int tier, string language) => tier < 1 || tier > Tiers.Count ? "" : (language == "ms" ? Tiers[tier - 1].LabelMs : null) ?? Tiers[tier - 1].Label;

    /// <summary>Anchor text of a tier from 1 in a language.</summary>
    public string Anchor(int tier, string language) => tier < 1 || tier > Tiers.Count ? "" : (language == "ms" ? Tiers[tier - 1].AnchorMs : null) ?? Tiers[tier - 1].Anchor;

    /// <summary>Scale of a new workspace: five tiers.</summary>
    public static ValuationScale Default() => new()
    {
        Id = TheId,
        Tiers =
        [
            new("Very low", "Loss would hardly be noticed.", "Sangat rendah", "Kehilangan hampir tidak disedari."),
            new("Low", "Inconvenience inside one team.", "Rendah", "Kesulitan dalam satu pasukan."),
            new("Medium", "A service suffers; management hears of it.", "Sederhana", "Sesuatu perkhidmatan terjejas; pengurusan dimaklumkan."),
            new("High", "Customers or the law are affected.", "Tinggi", "Pelanggan atau undang-undang terkesan."),
            new("Very high", "The organisation's duty or survival is at stake.", "Sangat tinggi", "Kewajipan atau kelangsungan organisasi terancam."),
        ],
    };
}

/// <summary>One tier with its anchor text, in English and Bahasa Malaysia.</summary>
internal sealed record ScaleTier(string Label, string Anchor, string? LabelMs = null, string? AnchorMs = null);
