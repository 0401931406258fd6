using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Platform.Approvals;

/// <summary>Joins approvals to the program.</summary>
public static class Approvals
{
    /// <summary>Registers the desk, its documents and the count of the inbox.</summary>
    public static IServiceCollection AddApprovals(this IServiceCollection services)
    {
        services.AddSingleton<DocumentMap>(Submission.Map);
        services.AddSingleton<DocumentMap>(SegregationException.Map);
        services.AddScoped<ApprovalDesk>();
        services.AddScoped<IInboxCount, InboxCount>();
        return services;
    }

    /// <summary>A field of a content in words.</summary>
    public static string Say(this IWords words, ContentField? field)
    {
        if (field?.Value is not { Length: > 0 } value)
            return "–";
        if (field.Shown is not null)
            return field.Shown;
        return field.Kind switch
        {
            "date" when DateOnly.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var date) => words.Date(date),
            "number" when decimal.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) => words.Number(number),
            "bool" => words[value == "true" ? "common.yes" : "common.no"],
            _ when field.Kind.StartsWith("enum.", StringComparison.Ordinal) => string.Join(", ", value.Split(", ").Select(v => words[field.Kind + "." + v])),
            _ => value,
        };
    }
}

/// <summary>Counts what waits, for the bell of the shell.</summary>
internal sealed class InboxCount(WorkspaceContext workspace, ApprovalDesk desk) : IInboxCount
{
    public async Task<int> CountAsync(CancellationToken cancellationToken = default) =>
        workspace.IsSet ? (int)await desk.CountWaitingAsync(workspace.OpenSession(), cancellationToken) : 0;
}

/// <summary>Where too few people make it impossible to keep rater, treater and signatory apart: recorded once for the workspace, not once a record (rule 1). One document, id <see cref="TheId"/>.</summary>
public sealed class SegregationException : Document
{
    /// <summary>Fixed id.</summary>
    public const string TheId = "000000000000000000SEGREGAT";

    /// <summary>How it is stored.</summary>
    public static DocumentMap<SegregationException> Map { get; } = new DocumentMap<SegregationException>("platform_segregation")
        .Field("until", e => e.Until);

    /// <summary>Why, and what makes up for it.</summary>
    public required string Reason { get; set; }

    /// <summary>Who recorded it.</summary>
    public required string ByName { get; set; }

    /// <summary>Account.</summary>
    public required string ByAccountId { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Last day on which it holds.</summary>
    public DateOnly Until { get; set; }

    /// <summary>The exception, when there is one that holds today.</summary>
    public static async Task<SegregationException?> HoldingAsync(IDocumentSession session, DateOnly today, CancellationToken cancellationToken) =>
        await session.FindAsync<SegregationException>(TheId, cancellationToken) is { } e && e.Until >= today ? e : null;
}
