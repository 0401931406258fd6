using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

/// <summary>What the form of a valuation shows; assets and groups share it.</summary>
internal interface IValueForm
{
    ValueModel.Fields Input { get; }

    ValuationScale Scale { get; }

    IReadOnlyList<Choice> People { get; }

    string Back { get; }
}

[Access(Area.Assets)]
public sealed class ValueModel(IMediator mediator, WorkspaceContext workspace, IPeople people, IWords words) : PageModel, IValueForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Asset Asset { get; private set; } = null!;

    internal AssetGroup? Group { get; private set; }

    /// <summary>Greatest value of what the asset supports.</summary>
    internal PassedValue? Passed { get; private set; }

    internal ValuationScale Scale { get; private set; } = null!;

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    Fields IValueForm.Input => Input;

    ValuationScale IValueForm.Scale => Scale;

    IReadOnlyList<Choice> IValueForm.People => People;

    string IValueForm.Back => workspace.Url("risks/assets/detail", ("id", Asset.Id));

    /// <param name="id">Asset.</param>
    /// <param name="take"><c>group</c> or <c>supports</c>: fill the form with that value.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync(string id, string? take, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
            return NotFound();
        if (Asset.State == AssetState.Retired || !workspace.MayEdit(Area.Assets, Asset.OwnerId, Asset.CustodianId))
            return StatusCode(StatusCodes.Status403Forbidden);
        Input.Show(Asset.Valuation);
        Input.Id = Asset.Id;
        Input.Seen = Asset.Version;
        Input.On ??= workspace.Today;
        if (take == "group" && Group?.Valuation is { IsComplete: true } of)
        {
            Input.Take(of, Group.Id, words["value.from", Group.Name]);
            Input.On = workspace.Today;
        }
        else if (take == "supports" && Passed is { } passed)
        {
            (Input.C, Input.I, Input.A, Input.On) = (passed.C, passed.I, passed.A, workspace.Today);
            (Input.CReason, Input.IReason, Input.AReason) = (words["value.from", passed.FromC.Name], words["value.from", passed.FromI.Name], words["value.from", passed.FromA.Name]);
            Input.InheritedFromId = passed.Sources.First().Id;
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var valued = await mediator.Send(Input, cancellationToken);
        if (valued.Succeeded)
            return this.Done(workspace.Url("risks/assets/detail", ("id", Input.Id)), "asset.valued");
        if (!await ShowAsync(Input.Id, cancellationToken))
            return NotFound();
        return this.Refused(valued, "_ValueForm");
    }

    private async Task<bool> ShowAsync(string? id, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        if (await session.FindAsync<Asset>(id, cancellationToken) is not { } asset)
            return false;
        Asset = asset;
        Group = await session.FindAsync<AssetGroup>(asset.GroupId, cancellationToken);
        Passed = Dependencies.Greatest(await Dependencies.AboveAsync(session, asset.SupportsIds, cancellationToken));
        Scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();
        People = new PersonBook(await people.AllAsync(withLeavers: true, cancellationToken)).Choices([.. Input.Participants.Select(p => p.PersonId), .. Asset.Valuation?.Participants.Select(p => p.PersonId) ?? []]);
        return true;
    }

    /// <summary>What people type about a value.</summary>
    public abstract record Fields
    {
        public string? Id { get; set; }

        /// <summary>Version that the user saw.</summary>
        public long Seen { get; set; }

        public int? C { get; set; }

        public string? CReason { get; set; }

        public int? I { get; set; }

        public string? IReason { get; set; }

        public int? A { get; set; }

        public string? AReason { get; set; }

        public DateOnly? On { get; set; }

        public List<ParticipantRow> Participants { get; set; } = [new(), new(), new()];

        /// <summary>Asset or group that the form was filled from.</summary>
        public string? InheritedFromId { get; set; }

        /// <summary>Stay in the group although its values differ.</summary>
        public bool UnlikeAccepted { get; set; }

        internal void Show(Valuation? value)
        {
            if (value is null)
                return;
            Take(value, value.InheritedFromId, null);
            (CReason, IReason, AReason, On) = (value.C?.Reason, value.I?.Reason, value.A?.Reason, value.On);
            Participants = [.. value.Participants.Select(p => new ParticipantRow { PersonId = p.PersonId, Name = p.PersonId is null ? p.Name : null, Role = p.Role }), new(), new()];
        }

        internal void Take(Valuation value, string? fromId, string? reason)
        {
            (C, I, A) = (value.C?.Tier, value.I?.Tier, value.A?.Tier);
            (CReason, IReason, AReason) = (reason, reason, reason);
            InheritedFromId = fromId;
        }

        /// <summary>The valuation; shape was checked.</summary>
        internal Valuation ToValuation(int scale, IReadOnlyDictionary<string, string> names, Valuation? source) => new()
        {
            C = new(C!.Value, CReason!.Trim()),
            I = new(I!.Value, IReason!.Trim()),
            A = new(A!.Value, AReason!.Trim()),
            On = On,
            ScaleVersion = scale,
            Participants = [.. Participants.Where(p => !p.IsEmpty).Select(p => new Participant(AssetFacts.Clean(p.PersonId), p.PersonId is { Length: > 0 } id ? names[id] : p.Name!.Trim(), p.Role!.Trim()))],
            InheritedFromId = source is null ? null : InheritedFromId,
            Basis = source is null ? ValuationBasis.Own : (source.C!.Tier, source.I!.Tier, source.A!.Tier) == (C, I, A) ? ValuationBasis.Inherited : ValuationBasis.Overridden,
        };
    }

    /// <summary>Somebody who took part.</summary>
    public sealed record ParticipantRow
    {
        public string? PersonId { get; set; }

        public string? Name { get; set; }

        public string? Role { get; set; }

        internal bool IsEmpty => string.IsNullOrWhiteSpace(PersonId) && string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Role);
    }

    [Requires(Area.Assets, Verb.Edit)]
    [Requires(Area.Assets, Verb.OwnRows)]
    public sealed record Command : Fields, ICommand<Done>;

    internal sealed class Validator : ValueValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, AssetFacts facts, IPeople people) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return Error.NotFound();
            if (!facts.MayEdit(asset))
                return Error.Forbidden();
            if (asset.State == AssetState.Retired)
                return Error.Invalid("asset.retired.locked");
            var checkedValue = await CheckAsync(session, request, asset.GroupId, people, cancellationToken);
            if (!checkedValue.Succeeded)
                return Result<Done>.Failed(checkedValue.Errors);
            if (asset.GroupId is not null && await AssetFacts.GroupAsync(session, asset.GroupId, [(new() { Name = asset.Name, Valuation = checkedValue.Value }, asset)], request.UnlikeAccepted, nameof(request.UnlikeAccepted), cancellationToken) is { Count: > 0 } unlike)
                return unlike;
            asset.Valuation = checkedValue.Value;
            session.Update(asset, request.Seen, "asset.value");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Platform.Results.Done.Yes : Result<Done>.Failed(saved.Errors);
        }
    }

    /// <summary>Facts of a valuation: tiers of the scale, people and source of this workspace.</summary>
    internal static async Task<Result<Valuation>> CheckAsync(IDocumentSession session, Fields input, string? groupId, IPeople people, CancellationToken cancellationToken)
    {
        var scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();
        List<Error> errors = [];
        foreach (var (field, tier) in new[] { (nameof(input.C), input.C), (nameof(input.I), input.I), (nameof(input.A), input.A) })
        {
            if (tier < 1 || tier > scale.Tiers.Count)
                errors.Add(Error.Invalid("value.tier.unknown", field));
        }

        Dictionary<string, string> names = [];
        for (var p = 0; p < input.Participants.Count; p++)
        {
            if (input.Participants[p].PersonId is not { Length: > 0 } id)
                continue;
            if (await people.FindAsync(id, cancellationToken) is { } person)
                names[id] = person.Name;
            else
                errors.Add(Error.Invalid("risk.person.unknown", $"{nameof(input.Participants)}[{p}].{nameof(ParticipantRow.PersonId)}"));
        }

        Valuation? source = null;
        if (input.InheritedFromId is { Length: > 0 } from)
        {
            source = from == groupId
                ? (await session.FindAsync<AssetGroup>(from, cancellationToken))?.Valuation
                : Dependencies.Greatest(await Dependencies.AboveAsync(session, [from], cancellationToken)) is { } passed ? new() { C = new(passed.C, null), I = new(passed.I, null), A = new(passed.A, null) } : null;
            if (source?.IsComplete != true)
                errors.Add(Error.Invalid("value.source.unknown", nameof(input.InheritedFromId)));
        }

        return errors.Count > 0 ? errors : input.ToValuation(scale.Number, names, source);
    }
}

/// <summary>A valuation in words, for two versions side by side.</summary>
internal sealed record ShownValue(string? C, string? CReason, string? I, string? IReason, string? A, string? AReason, DateOnly? On, string Participants)
{
    public static ShownValue Of(ValueModel.Fields fields, IValueForm form, string language)
    {
        string? Tier(int? tier) => tier is { } t && t >= 1 && t <= form.Scale.Tiers.Count ? $"{t} · {form.Scale.Label(t, language)}" : null;
        var people = fields.Participants.Where(p => !p.IsEmpty).Select(p => $"{form.People.FirstOrDefault(c => c.Value == p.PersonId)?.Text ?? p.Name} ({p.Role})");
        return new(Tier(fields.C), fields.CReason, Tier(fields.I), fields.IReason, Tier(fields.A), fields.AReason, fields.On, string.Join(", ", people));
    }
}

/// <summary>Shape of a valuation: three values, each with a reason, and who took part in which role.</summary>
internal abstract class ValueValidator<T> : AbstractValidator<T>
    where T : ValueModel.Fields
{
    protected ValueValidator()
    {
        RuleFor(c => c.C).NotNull().WithMessage("value.required");
        RuleFor(c => c.I).NotNull().WithMessage("value.required");
        RuleFor(c => c.A).NotNull().WithMessage("value.required");
        RuleFor(c => c.CReason).NotEmpty().WithMessage("value.reason.required").MaximumLength(2000).WithMessage("asset.long");
        RuleFor(c => c.IReason).NotEmpty().WithMessage("value.reason.required").MaximumLength(2000).WithMessage("asset.long");
        RuleFor(c => c.AReason).NotEmpty().WithMessage("value.reason.required").MaximumLength(2000).WithMessage("asset.long");
        RuleFor(c => c.On).NotNull().WithMessage("value.on.required");
        RuleFor(c => c.Participants).Must(p => p.Count <= 50).WithMessage("value.participants.many").Must(p => p.Any(x => !x.IsEmpty)).WithMessage("value.participants.required");
        RuleForEach(c => c.Participants).ChildRules(row =>
        {
            row.RuleFor(p => p.Role).NotEmpty().When(p => !p.IsEmpty).WithMessage("value.role.required").MaximumLength(200).WithMessage("asset.long");
            row.RuleFor(p => p.Name).NotEmpty().When(p => !p.IsEmpty && string.IsNullOrWhiteSpace(p.PersonId)).WithMessage("value.name.required").MaximumLength(200).WithMessage("asset.long");
        });
    }
}
