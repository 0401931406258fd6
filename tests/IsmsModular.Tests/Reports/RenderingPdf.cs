using System.Text;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Pdf;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Outline;

namespace IsmsModular.Tests.Reports;

public sealed class RenderingPdf
{
    private const string Malay = "Pelan rawatan risiko: loji rawatan air, \u201cmenara kawalan\u201d – fail dan perisian (efisien).";
    private const string Chinese = "风险评估与处置计划：水处理厂的控制系统，包括网络与服务器。";
    private const string Tamil = "நீர் சுத்திகரிப்பு நிலையம் கொள்கை, தகவல் பாதுகாப்பு மேலாண்மை ஸ்ரீ க்ஷ";
    private const string English = "Office files, fluffy affluent waffles: £, €, ½, “quoted” text.";

    private static readonly PdfFormat Format = new(new Files());

    [Theory]
    [InlineData(English)]
    [InlineData(Malay)]
    [InlineData(Chinese)]
    [InlineData(Tamil)]
    [InlineData("≥ 5 → ✓ × √ ≠ ∞ ∑ Ω Ж")]
    [InlineData("A Ünïcödé é combining and 😀 beyond")]
    public async Task Text_copies_exactly_as_it_was_typed(string text)
    {
        using var pdf = await RenderAsync(Report(new ReportParagraph(text), Table(3, text)));
        var copied = Copied(pdf);
        Assert.True(copied.Split(text).Length >= 4, copied);
    }

    [Fact]
    public async Task Fonts_are_embedded_and_hold_only_what_is_used()
    {
        var bytes = await BytesAsync(Report(new ReportParagraph(English + Malay + Chinese + Tamil)));
        Assert.True(bytes.Length < 120_000, $"{bytes.Length} bytes");
        using var pdf = PdfDocument.Open(bytes);
        var names = pdf.GetPages().SelectMany(p => p.Letters).Select(l => l.FontName).Distinct().ToList();
        Assert.All(names, n => Assert.Matches("^[A-Z]{6}\\+(NotoSans-Regular|NotoSans-Bold|NotoSansTamil-Regular|NotoSansTamil-Bold|DroidSansFallback|DejaVuSans)$", n));
        Assert.True(names.Count >= 3);
    }

    [Fact]
    public async Task A_table_over_pages_repeats_its_header_and_loses_no_row()
    {
        using var pdf = await RenderAsync(Report(new ReportHeading(1, "Register"), Table(300, "A risk with words that need more than one line in a narrow column of the page")));
        Assert.True(pdf.NumberOfPages > 5);
        var pages = pdf.GetPages().Select(p => string.Concat(p.Letters.Select(l => l.Value))).ToList();
        Assert.All(pages, p => Assert.Contains("Reference", p, StringComparison.Ordinal));
        var all = string.Concat(pages);
        Assert.All(Enumerable.Range(1, 300), i => Assert.Contains($"R-{i:000} ", all, StringComparison.Ordinal));
        for (var i = 0; i < pages.Count; i++)
            Assert.Contains($"Page {i + 1} of {pages.Count}", pages[i], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_higher_than_a_page_is_cut_and_nothing_of_it_is_lost()
    {
        var words = string.Join(' ', Enumerable.Range(1, 4000).Select(i => $"w{i}."));
        using var pdf = await RenderAsync(Report(new ReportTable { Name = "T", Columns = [new("Reference"), new("Long", 2), new("Note") { IsDetail = true }], Rows = [[ReportCell.Of("R"), ReportCell.Of(words), ReportCell.Of(words)]] }));
        var all = Copied(pdf);
        Assert.All(Enumerable.Range(1, 4000), i => Assert.Equal(2, all.Split($"w{i}.").Length - 1));
        Assert.All(pdf.GetPages(), p => Assert.All(p.Letters.Where(l => l.Value.Trim().Length > 0), l => Assert.InRange(l.BoundingBox.Right, 0, p.Width - 30)));
    }

    [Theory]
    [InlineData(120, 60)]
    [InlineData(3, 40_000)]
    public async Task A_header_higher_than_its_page_is_cut_and_no_row_is_lost(int columns, int length)
    {
        var title = string.Join(' ', Enumerable.Repeat("Title", length / 6));
        using var pdf = await RenderAsync(Report(new ReportTable
        {
            Name = "T",
            Columns = [.. Enumerable.Range(1, columns).Select(i => new ReportColumn(title))],
            Rows = Enumerable.Range(1, 40).Select(r => (IReadOnlyList<ReportCell>)[.. Enumerable.Range(1, columns).Select(_ => ReportCell.Of($"r{r}."))]),
        }));
        Assert.InRange(pdf.NumberOfPages, 2, 20);
        Assert.Contains("…", Copied(pdf), StringComparison.Ordinal);
        Assert.All(Enumerable.Range(1, 40), r => Assert.Contains($"r{r}.", Copied(pdf), StringComparison.Ordinal));
        Assert.All(pdf.GetPages(), AssertOnPaper);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(20, 5)]
    public async Task A_heat_map_with_many_tiers_fits_on_a_page(int rows, int columns)
    {
        using var pdf = await RenderAsync(Report(new ReportHeatMap
        {
            Title = "Map",
            Vertical = "Likelihood",
            Horizontal = "Impact",
            Rows = [.. Enumerable.Range(1, rows).Select(i => $"Row {i}.")],
            Columns = [.. Enumerable.Range(1, columns).Select(i => $"Column {i}.")],
            Cells = [.. Enumerable.Range(1, rows).Select(_ => (IReadOnlyList<ReportCell>)[.. Enumerable.Range(1, columns).Select(_ => ReportCell.Of("7", "#8b0000"))])],
        }));
        var page = pdf.GetPages().Single(p => p.Text.Contains("Impact →", StringComparison.Ordinal));
        Assert.All(Enumerable.Range(1, rows), i => Assert.Contains($"Row {i}.", page.Text, StringComparison.Ordinal));
        AssertOnPaper(page);
    }

    [Fact]
    public async Task Headings_are_bookmarks_and_contents_with_page_numbers()
    {
        using var pdf = await RenderAsync(Report(new ReportHeading(1, "First & last"), new ReportHeading(2, "Under it"), Table(100, "x"), new ReportHeading(1, "水")));
        Assert.True(pdf.TryGetBookmarks(out var bookmarks));
        Assert.Equal(["First & last", "水"], bookmarks.Roots.Select(r => r.Title));
        Assert.Equal("Under it", bookmarks.Roots[0].Children.Single().Title);
        Assert.Equal(pdf.NumberOfPages, ((DocumentBookmarkNode)bookmarks.Roots[1]).PageNumber);
        var links = pdf.GetPage(1).GetAnnotations().Count(a => a.Type == UglyToad.PdfPig.Annotations.AnnotationType.Link);
        Assert.Equal(3, links);
        // The contents' page numbers are the last layer of the page.
        Assert.EndsWith($"11{pdf.NumberOfPages}", string.Concat(pdf.GetPage(1).Letters.Select(l => l.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_report_gives_the_same_bytes()
    {
        var report = Report(new ReportHeading(1, "H"), new ReportParagraph(Tamil), Table(50, Chinese));
        Assert.Equal(await BytesAsync(report), await BytesAsync(report));
    }

    [Fact]
    public async Task It_carries_title_language_structure_and_head_hash()
    {
        var report = Report(new ReportParagraph("x"), Table(2, "y"));
        using var pdf = await RenderAsync(report);
        Assert.Equal((report.Title, report.Organisation), (pdf.Information.Title, pdf.Information.Author));
        var catalogue = pdf.Structure.Catalog.CatalogDictionary.ToString()!;
        Assert.Contains("StructTreeRoot", catalogue, StringComparison.Ordinal);
        Assert.Contains("ms", catalogue, StringComparison.Ordinal);
        Assert.Contains(report.HeadHash!, Copied(pdf), StringComparison.Ordinal);
        Assert.True(pdf.TryGetXmpMetadata(out var xmp));
        Assert.NotNull(xmp.GetXDocument().Root);
    }

    [Theory]
    [InlineData("a\u0000b\u0007c", "abc")]
    [InlineData("lone HALF surrogate", "lone  surrogate")]
    public async Task Characters_that_no_file_can_hold_are_left_out(string typed, string shown)
    {
        using var pdf = await RenderAsync(Report(new ReportParagraph(typed.Replace("HALF", "\ud83d", StringComparison.Ordinal))));
        Assert.Contains(shown, Copied(pdf), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_do_not_disturb_each_other()
    {
        var report = Report(new ReportParagraph(Tamil), Table(40, Chinese));
        var expected = await BytesAsync(report);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => BytesAsync(report))));
        Assert.All(all, bytes => Assert.Equal(expected, bytes));
    }

    [Fact]
    public async Task Figures_keep_their_words_as_text()
    {
        using var pdf = await RenderAsync(RenderingReports.Example());
        var all = Copied(pdf);
        Assert.Contains("Likelihood ↑", all, StringComparison.Ordinal);
        Assert.Contains("Loss in a year (RM)", all, StringComparison.Ordinal);
        Assert.Contains("Residual", all, StringComparison.Ordinal);
        Assert.NotEmpty(pdf.GetPages().SelectMany(p => p.GetImages()));
    }

    /// <summary>No text stands below the foot of the page or beyond its edges.</summary>
    private static void AssertOnPaper(UglyToad.PdfPig.Content.Page page) =>
        Assert.All(page.Letters.Where(l => l.Value.Trim().Length > 0), l => Assert.True(l.BoundingBox.Bottom > 15 && l.BoundingBox.Right < page.Width - 30, $"{l.Value} at {l.BoundingBox} of page {page.Number}"));

    /// <summary>Texts in the order in which they stand in the file: what a reader copies, without the line ends that it puts between.</summary>
    private static string Copied(PdfDocument pdf)
    {
        var text = new StringBuilder();
        foreach (var page in pdf.GetPages())
        {
            foreach (var letter in page.Letters)
                text.Append(letter.Value);
        }

        return text.ToString();
    }

    private static ReportDocument Report(params ReportBlock[] blocks) => new()
    {
        Title = "Daftar risiko",
        Subtitle = "EX-2",
        Language = "ms",
        Organisation = "Fish & Chips",
        MadeAt = new(2026, 11, 25, 14, 0, 0, TimeSpan.FromHours(8)),
        HeadHash = string.Concat(Enumerable.Repeat("0123456789abcdef", 4)),
        Marking = "Confidential",
        Landscape = true,
        Blocks = blocks,
    };

    private static ReportTable Table(int rows, string words) => new()
    {
        Name = "Risks",
        Columns = [new("Reference"), new("Risk", 4), new("Level"), new("Due"), new("Cost"), new("Why") { IsDetail = true }],
        Rows = Enumerable.Range(1, rows).Select(i => (IReadOnlyList<ReportCell>)[ReportCell.Of($"R-{i:000} "), ReportCell.Of(words), ReportCell.Of("High", "#8b0000"), ReportCell.Of(new DateOnly(2026, 2, 3)), ReportCell.Of(1234.5), ReportCell.Of(i % 3 == 0 ? words : null)]),
    };

    private static async Task<PdfDocument> RenderAsync(ReportDocument report) => PdfDocument.Open(await BytesAsync(report));

    private static async Task<byte[]> BytesAsync(ReportDocument report)
    {
        using var output = new MemoryStream();
        await Format.RenderAsync(report, output, TestContext.Current.CancellationToken);
        if (Environment.GetEnvironmentVariable("ISMS_TEST_OUTPUT") is { } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{TestContext.Current.TestMethod?.MethodName}.pdf"), output.ToArray());
        return output.ToArray();
    }

    /// <summary>The plugin's own files, from the repository.</summary>
    private sealed class Files : IPluginFiles
    {
        public IReadOnlyList<string> Names => [];

        public Stream OpenFile(string name) => File.OpenRead(Path.Combine(Architecture.Rules.Root, "plugins", "report-pdf", name));
    }
}
