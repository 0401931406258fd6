using System.Security.Cryptography;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Conformance;

/// <summary>All checks of one report format.</summary>
internal sealed partial class FormatCheck(IReportFormat format)
{
    private const string Odd = "=1+1 <b>&amp; \u201Cquoted\u201D, \"comma\"; tab\there\nBahasa Melayu \u2013 \u6F22\u5B57 \u2013 \u0BA4\u0BAE\u0BBF\u0BB4\u0BCD \uD83D\uDEE1\uFE0F";

    private readonly Findings findings = new("format " + format.Key);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        findings.Unless(Key().IsMatch(format.Key), "identity", $"The key '{format.Key}' is not of a-z, 0-9 and hyphen.");
        findings.Unless(Key().IsMatch(format.Extension.Replace('.', '-')), "identity", $"The extension '{format.Extension}' does not fit the name of a file.");
        findings.Unless(!string.IsNullOrWhiteSpace(format.Name), "identity", "The name is empty.");
        findings.Unless(MediaType().IsMatch(format.MediaType), "identity", $"'{format.MediaType}' is no media type.");

        var reports = Reports().ToList();
        var hashes = new List<string?>();
        foreach (var (what, report) in reports)
            hashes.Add(await RenderAsync(what, report, cancellationToken));

        for (var i = 0; i < reports.Count; i++)
        {
            if (hashes[i] is { } first && await RenderAsync(reports[i].What, reports[i].Report, cancellationToken) is { } second)
                findings.Unless(first == second, "determinism", $"{reports[i].What} gives other bytes the second time.");
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => RenderAsync(reports[i % reports.Count].What, reports[i % reports.Count].Report, cancellationToken), cancellationToken)));
        for (var i = 0; i < together.Length; i++)
            findings.Unless(together[i] == hashes[i % reports.Count], "thread safety", $"{reports[i % reports.Count].What} comes out otherwise when several are rendered at once.");
        await CheckCancellationAsync(reports[0].Report);
        return findings.All;
    }

    private async Task<string?> RenderAsync(string what, ReportDocument report, CancellationToken cancellationToken)
    {
        try
        {
            using var output = new MemoryStream();
            await format.RenderAsync(report, output, cancellationToken);
            var bytes = output.ToArray();
            findings.Unless(bytes.Length > 0, "rendering", $"{what} gives an empty file.");
            return Convert.ToHexString(SHA256.HashData(bytes));
        }
        catch (Exception error)
        {
            findings.Add("rendering", $"{what} throws {error.GetType().Name}: {error.Message}");
            return null;
        }
    }

    /// <summary>A report that nobody waits for ends with a cancellation, or is finished, but does not fail otherwise.</summary>
    private async Task CheckCancellationAsync(ReportDocument report)
    {
        try
        {
            using var output = new MemoryStream();
            await format.RenderAsync(report, output, new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            // As it should.
        }
        catch (Exception error)
        {
            findings.Add("cancellation", $"A cancelled report throws {error.GetType().Name}: {error.Message}");
        }
    }

    private IEnumerable<(string What, ReportDocument Report)> Reports()
    {
        yield return ("A report of every block", Report([.. Blocks()]));
        if (!format.NeedsControls)
        {
            yield return ("A report without blocks", Report([]));
            yield return ("A table without rows", Report([Table("Empty", 0)]));
            yield return ("Two tables of the same name", Report([Table("Same", 2), Table("Same", 2)]));
            yield return ("A table of 5,000 rows", Report([Table("Long", 5000)], landscape: true));
        }
    }

    private ReportDocument Report(IReadOnlyList<ReportBlock> blocks, bool landscape = false) => new()
    {
        Title = "Report " + Odd.Split('\n')[0],
        Subtitle = "Water utility",
        Language = "ms",
        Organisation = "Air & Sons",
        MadeAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(8)),
        HeadHash = new string('a', 64),
        Marking = "Sulit",
        Landscape = landscape,
        Blocks = blocks,
        Controls = format.NeedsControls ? Controls() : null,
    };

    private static IEnumerable<ReportBlock> Blocks()
    {
        yield return new ReportHeading(1, "Chapter " + Odd);
        yield return new ReportParagraph(Odd);
        yield return new ReportParagraph("", emphasis: true);
        yield return new ReportHeading(2, "Section");
        yield return new ReportFields([new("Name", Odd), new("", "")]);
        yield return Table("Table: " + Odd.Split('\n')[0], 3);
        yield return new ReportPageBreak();
        yield return new ReportHeading(3, new string('x', 300));
        yield return new ReportHeatMap { Title = "Heat map", Vertical = "Likelihood", Horizontal = "Impact", Rows = ["Low", "High"], Columns = ["Small", "Great"], Cells = [[ReportCell.Of("1", "#00aa00"), ReportCell.Empty], [ReportCell.Of("2", "#ffaa00"), ReportCell.Of("", "#ff0000")]] };
        yield return new ReportChart { Title = "Chart", Description = "A line.", Kind = ReportChartKind.Line, Horizontal = new ReportAxis("x"), Vertical = new ReportAxis("y"), Series = [new ReportSeries("A", [new(0, 0), new(1, 2), new(2, 1)])] };
        yield return new ReportFigure("Figure", Png, "One dot.");
        yield return new Unknown();
    }

    private static ReportTable Table(string name, int rows) => new()
    {
        Name = name,
        Columns = [new("Text"), new("Number"), new("Date"), new("Yes or no"), new("Level", 0.5), new("Long", 3) { IsDetail = true }],
        Rows = Enumerable.Range(0, rows).Select(i => (IReadOnlyList<ReportCell>)[ReportCell.Of(i % 3 == 0 ? Odd : $"Row {i}"), ReportCell.Of(i * 1.5), ReportCell.Of(new DateOnly(2026, 1, 1).AddDays(i)), ReportCell.Of(i % 2 == 0), ReportCell.Of("High", "#cc0000"), i % 2 == 0 ? ReportCell.Empty : ReportCell.Of("Words that go on. ")]),
    };

    private static ReportControls Controls() => new()
    {
        SystemId = "01J0000000000000000000000A",
        RevisionId = "01J0000000000000000000000B",
        Revision = "SOA-R01",
        Approved = true,
        Scope = Odd,
        Catalogue = new() { Id = "controls", Edition = "1", Name = "Controls", Kind = CatalogueKind.Controls, Source = "Conformance", Items = [new() { Id = "A.1", Kind = "domain", Title = "Domain" }, new() { Id = "A.1.1", Parent = "A.1", Kind = "control", Title = "One" }, new() { Id = "A.1.2", Parent = "A.1", Kind = "control", Title = "Two" }] },
        Controls =
        [
            new() { Id = "A.1.1", Catalogue = "controls", Title = "One", Applicable = true, Reasons = ["Risk"], Status = ReportControlStatus.InPlace, Implementations = [Odd] },
            new() { Id = "A.1.2", Catalogue = "controls", Title = "Two", Applicable = false, ExclusionReason = "No such thing here." },
            new() { Id = "OWN-1", Catalogue = "own", Title = "Own" },
        ],
    };

    /// <summary>A kind of block of a later contract: left out, and no reason to fail.</summary>
    private sealed class Unknown : ReportBlock;

    private static byte[] Png => Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex("^[a-z]+/[a-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9-]+)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();
}
