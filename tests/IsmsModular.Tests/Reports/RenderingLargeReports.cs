using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Docx;
using IsmsModular.Plugins.Xlsx;

namespace IsmsModular.Tests.Reports;

/// <summary>The memory of the process is looked at: nothing else runs meanwhile.</summary>
[Collection(nameof(RenderingLargeReports))]
[CollectionDefinition(nameof(RenderingLargeReports), DisableParallelization = true)]
public sealed class RenderingLargeReports
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Memory_does_not_grow_with_the_rows(bool workbook)
    {
        IReportFormat format = workbook ? new XlsxFormat() : new DocxFormat();
        long largest = 0;
        IEnumerable<IReadOnlyList<ReportCell>> Rows()
        {
            for (var i = 0; i < 10_000; i++)
            {
                if (i % 2_500 == 2_499)
                    largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true));
                yield return [.. Enumerable.Range(0, 12).Select(c => ReportCell.Of($"Row {i} column {c} with some words in it", c == 3 ? "#ffaa00" : null))];
            }
        }

        await RenderingReports.Render(format, RenderingReports.Example());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var report = RenderingReports.With(new ReportTable { Name = "T", Columns = [.. Enumerable.Range(0, 12).Select(c => new ReportColumn($"C{c}"))], Rows = Rows() });
        await format.RenderAsync(report, Stream.Null, TestContext.Current.CancellationToken);
        Assert.True(largest - before < 24 * 1024 * 1024, $"{(largest - before) / 1024} KiB");
    }
}
