using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Scales;

/// <summary>The scale on which assets are valued. A change makes a new version; values given before stay as they are.</summary>
[Access(Area.Assets)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal ValuationScale Scale { get; private set; } = null!;

    internal int Highest { get; private set; }

    internal bool MayEdit => workspace.May(Area.Exercises, Verb.Edit);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await ShowAsync(cancellationToken);
        Input.Seen = Scale.Version;
        Input.Tiers = [.. Scale.Tiers.Select(t => new Tier { Label = t.Label, Anchor = t.Anchor, LabelMs = t.LabelMs, AnchorMs = t.AnchorMs }), new()];
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var changed = await mediator.Send(Input, cancellationToken);
        if (changed.Succeeded)
            return this.Done(workspace.Url("risks/scales"), "scale.saved", changed.Value);
        await ShowAsync(cancellationToken);
        return this.Refused(changed);
    }

    /// <summary>Tiers that differ between what was typed and what somebody saved first.</summary>
    internal IEnumerable<(string Label, string? Mine, string? Theirs)> Differences(IWords words)
    {
        var (mine, theirs) = (Input.Given, Scale.Tiers);
        for (var t = 0; t < Math.Max(mine.Count, theirs.Count); t++)
        {
            yield return ($"{words["scale.tier"]} {t + 1}",
                t < mine.Count ? Say(mine[t].Label, mine[t].Anchor, mine[t].LabelMs, mine[t].AnchorMs) : null,
                t < theirs.Count ? Say(theirs[t].Label, theirs[t].Anchor, theirs[t].LabelMs, theirs[t].AnchorMs) : null);
        }

        static string Say(params string?[] parts) => string.Join(" · ", parts.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => p!.Trim()));
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        Scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();
        Highest = await HighestInUseAsync(session);
    }

    /// <summary>Highest tier that an asset or a group has; 0 when nothing is valued.</summary>
    private static async Task<int> HighestInUseAsync(IDocumentSession session)
    {
        var highest = 0m;
        foreach (var field in new[] { "c", "i", "a" })
        {
            highest = (await session.GroupAsync<Asset>(Query.All, field)).Select(g => g.Values[0] as decimal? ?? 0).Append(highest).Max();
        }

        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All))
            highest = Math.Max(highest, group.Valuation?.Greatest ?? 0);
        return (int)highest;
    }

    /// <summary>One tier as typed.</summary>
    public sealed record Tier
    {
        public string? Label { get; set; }

        public string? Anchor { get; set; }

        public string? LabelMs { get; set; }

        public string? AnchorMs { get; set; }

        internal bool IsEmpty => string.IsNullOrWhiteSpace(Label) && string.IsNullOrWhiteSpace(Anchor) && string.IsNullOrWhiteSpace(LabelMs) && string.IsNullOrWhiteSpace(AnchorMs);
    }

    [Requires(Area.Exercises, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public long Seen { get; set; }

        /// <summary>Lowest first; empty rows at the end are left out.</summary>
        public List<Tier> Tiers { get; set; } = [];

        public string? Reason { get; set; }

        internal IReadOnlyList<Tier> Given => [.. Tiers.Take(Tiers.FindLastIndex(t => !t.IsEmpty) + 1)];
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Tiers).Must((c, _) => c.Given.Count is >= 2 and <= 10).WithMessage("scale.tiers.count").Must((c, _) => !c.Given.Any(t => t.IsEmpty)).WithMessage("scale.tiers.gap");
            RuleFor(c => c.Reason).NotEmpty().WithMessage("scale.reason.required").MaximumLength(2000).WithMessage("asset.long");
            RuleForEach(c => c.Tiers).Where(t => !t.IsEmpty).ChildRules(tier =>
            {
                tier.RuleFor(t => t.Label).NotEmpty().WithMessage("scale.label.required").MaximumLength(100).WithMessage("asset.long");
                tier.RuleFor(t => t.Anchor).NotEmpty().WithMessage("scale.anchor.required").MaximumLength(1000).WithMessage("asset.long");
                tier.RuleFor(t => t.LabelMs).MaximumLength(100).WithMessage("asset.long");
                tier.RuleFor(t => t.AnchorMs).MaximumLength(1000).WithMessage("asset.long");
            });
        }
    }

    internal sealed class Handler(WorkspaceContext workspace) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var stored = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken);
            var scale = stored ?? ValuationScale.Default();
            if (await HighestInUseAsync(session) is var highest && request.Given.Count < highest)
                return Error.Invalid("scale.tiers.used", nameof(request.Tiers), highest.ToString(System.Globalization.CultureInfo.InvariantCulture));
            List<ScaleTier> tiers = [.. request.Given.Select(t => new ScaleTier(t.Label!.Trim(), t.Anchor!.Trim(), AssetFacts.Clean(t.LabelMs), AssetFacts.Clean(t.AnchorMs)))];
            if (tiers.SequenceEqual(scale.Tiers))
                return scale.Number;
            scale.Tiers = tiers;
            scale.Number++;
            if (stored is null)
                session.Add(scale, "scale.edit", request.Reason!.Trim());
            else
                session.Update(scale, request.Seen, "scale.edit", request.Reason!.Trim());
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? scale.Number : Result<int>.Failed(saved.Errors);
        }
    }
}
