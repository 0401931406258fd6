using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Reports;

/// <summary>The one way in which a report is taken away: rights, language, format, name of the file, and the entry in the activity log. Scoped.</summary>
public sealed class ReportDesk(IEnumerable<IReport> reports, WorkspaceOffers plugins, WorkspaceContext workspace, WordTemplates templates)
{
    /// <summary>Reports that the caller may take, in the guideline's order.</summary>
    public IReadOnlyList<IReport> Offered => [.. reports.Where(r => workspace.May(r.Area, Verb.Read)).OrderBy(r => r.Chapter ?? "~", StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>Formats of all active plugins, what is read before what is computed with.</summary>
    public IReadOnlyList<IReportFormatHandle> Formats => [.. plugins.Formats.OrderBy(f => f.NeedsControls).ThenBy(f => f.Key switch { "docx" => 0, "pdf" => 1, "xlsx" => 2, "html" => 3, _ => 4 }).ThenBy(f => f.Key, StringComparer.Ordinal)];

    /// <summary>Formats that can express a report: all, but those that exchange statements of applicability only with reports that are one.</summary>
    public IReadOnlyList<IReportFormatHandle> FormatsOf(IReport report) => [.. Formats.Where(f => !f.NeedsControls || report.HasControls)];

    /// <summary>Builds and renders a report. The caller disposes of the file.</summary>
    /// <param name="name">Name of the report.</param>
    /// <param name="format">Key of the format.</param>
    /// <param name="request">What it is about.</param>
    /// <param name="language"><c>en</c>, <c>ms</c>, or <c>null</c> for the caller's.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<Result<ReportFile>> TakeAsync(string name, string format, ReportRequest request, string? language, CancellationToken cancellationToken)
    {
        if (reports.FirstOrDefault(r => r.Name == name) is not { } report)
            return Error.NotFound("report.error.name", "Name", name, string.Join(", ", reports.Select(r => r.Name).Order(StringComparer.Ordinal)));
        if (!workspace.May(report.Area, Verb.Read))
            return Error.Forbidden();
        if (Formats.FirstOrDefault(f => f.Key.Equals(format, StringComparison.OrdinalIgnoreCase)) is not { } renderer)
            return Error.Invalid("report.error.format", "Format", format, string.Join(", ", Formats.Select(f => f.Key)));
        if (!FormatsOf(report).Contains(renderer))
            return Error.Invalid("report.error.needscontrols", "Format", renderer.Key, report.Name, string.Join(", ", FormatsOf(report).Select(f => f.Key)));
        if (language is not null && !WordBook.Languages.Contains(language))
            return Error.Invalid("report.error.language", "Language", language);

        // The culture set here ends with this method.
        if (language is not null)
            Languages.Speak(language);
        var built = await report.BuildAsync(request, cancellationToken);
        if (!built.Succeeded)
            return built.Errors.ToList();
        if (renderer.NeedsControls && built.Value.Controls is null)
            return Error.NotFound("report.error.catalogue");
        return await RenderAsync(report, built.Value.On(await templates.ForAsync(renderer.Key, cancellationToken)), renderer, request.SubjectId, cancellationToken);
    }

    private async Task<Result<ReportFile>> RenderAsync(IReport report, ReportDocument document, IReportFormatHandle format, string? subject, CancellationToken cancellationToken)
    {
        var content = TemporaryFile();
        var isHandedOver = false;
        try
        {
            // Rows are pulled from the store while the file is written: not on the caller's thread.
            var rendered = await Task.Run(() => format.RenderAsync(document, content, cancellationToken), cancellationToken);
            if (!rendered.Succeeded)
                return rendered.Errors.ToList();

            var session = workspace.OpenSession();
            session.Log("report.take", subject, null, new JsonObject { ["report"] = report.Name, ["format"] = format.Key, ["language"] = document.Language });
            var saved = await session.SaveAsync(cancellationToken);
            if (!saved.Succeeded)
                return saved.Errors.ToList();

            content.Position = 0;
            var date = document.MadeAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            isHandedOver = true;
            return new ReportFile(content, $"{workspace.Workspace.Slug}-{report.Name}-{date}.{format.Extension}", format.MediaType);
        }
        finally
        {
            if (!isHandedOver)
                await content.DisposeAsync();
        }
    }

    private static FileStream TemporaryFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(Path.GetTempPath(), "isms-report-" + Guid.NewGuid().ToString("N")), options);
    }
}

/// <summary>A rendered report.</summary>
/// <param name="Content">The file, at its beginning; removed from the disk when disposed of.</param>
/// <param name="Name">Name of the file: <c>acme-risk-register-2026-11-25.xlsx</c>.</param>
/// <param name="MediaType">Media type.</param>
public sealed record ReportFile(Stream Content, string Name, string MediaType) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
