using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Pdf;

/// <summary>A tagged PDF whose pages are written as they fill: tables over page breaks with repeated headers, page n of m, bookmarks, links, subset fonts, text that copies as it was typed. The same report gives the same bytes.</summary>
internal sealed class PdfFormat(IPluginFiles files) : IReportFormat
{
    private readonly Lazy<FontFaces> faces = new(() => new FontFaces(files));

    public string Key => "pdf";

    public string Name => "PDF document";

    public string MediaType => "application/pdf";

    public Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        using var fonts = new Fonts(faces.Value);
        new PdfReport(report, new PdfFile(output), fonts, cancellationToken).Write();
        return Task.CompletedTask;
    }
}
