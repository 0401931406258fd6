using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Reports;

/// <summary>What every report has in common: head, columns and fields in the reader's words. Scoped.</summary>
public sealed class ReportKit(WorkspaceContext workspace, IWords words)
{
    /// <summary>A report over the current workspace as it stood at <paramref name="head"/>.</summary>
    /// <param name="title">Title, in words.</param>
    /// <param name="subtitle">Second line, in words.</param>
    /// <param name="head">Head of the activity log, taken before the first record was read.</param>
    /// <param name="blocks">Blocks in reading order.</param>
    /// <param name="landscape">Whether pages lie on their side.</param>
    /// <param name="controls">The statement of applicability as data, when the report is one.</param>
    public ReportDocument Document(string title, string? subtitle, LogHead head, IReadOnlyList<ReportBlock> blocks, bool landscape = true, ReportControls? controls = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        return new()
        {
            Title = title,
            Subtitle = subtitle,
            Language = words.Language,
            Organisation = workspace.Workspace.Name,
            MadeAt = workspace.Now,
            HeadHash = head.Hash,
            Marking = words["report.marking"],
            Landscape = landscape,
            Words = new[] { "about", "contents", "headHash", "madeAt", "marking", "no", "of", "organisation", "page", "yes" }.ToDictionary(w => w, w => words["report.word." + w]),
            Blocks = blocks,
            Controls = controls,
        };
    }

    /// <summary>A column; the title has the key <c>report.col.{key}</c>.</summary>
    public ReportColumn Column(string key, double width = 1, bool detail = false) => new(words["report.col." + key], width) { IsDetail = detail };

    /// <summary>A moment in the workspace's time zone, written as the dates of a report are: 2026-01-31 14:05.</summary>
    public ReportCell Moment(DateTimeOffset? at) => ReportCell.Of(at is { } moment ? TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(workspace.Workspace.TimeZone)).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) : null);

    /// <summary>A name and value pair; the name has the key <c>report.col.{key}</c>.</summary>
    public KeyValuePair<string, string> Field(string key, string? value) => new(words["report.col." + key], string.IsNullOrEmpty(value) ? "–" : value);

    /// <summary>A heading; its key is <c>report.head.{key}</c>.</summary>
    public ReportHeading Heading(string key, int level = 1) => new(level, words["report.head." + key]);
}
