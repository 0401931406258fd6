using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Assets;

/// <summary>What the form of an asset shows; adding and editing share it.</summary>
internal interface IAssetForm
{
    AddModel.Fields Input { get; }

    AssetChoices Choices { get; }

    /// <summary>Address that leaves the form without saving.</summary>
    string Back { get; }
}

/// <summary>What can be chosen in forms about assets.</summary>
internal sealed record AssetChoices(IReadOnlyList<Choice> People, IReadOnlyList<Choice> Groups, IReadOnlyList<Choice> Primary)
{
    public static AssetChoices None { get; } = new([], [], []);

    /// <param name="Kept">Persons, groups and assets named by the record, offered even where they left or were retired.</param>
    internal sealed record Query(params string?[] Kept) : IQuery<AssetChoices>;

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : IQueryHandler<Query, AssetChoices>
    {
        public async Task<AssetChoices> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var everybody = await people.AllAsync(withLeavers: true, cancellationToken);
            var groups = await session.QueryAsync<AssetGroup>(Platform.Store.Query.All.Where("state", "active").OrderBy("name").Take(1000), cancellationToken);
            var primary = await session.QueryAsync<Asset>(Platform.Store.Query.All.Where("kind", AssetKind.Primary).WhereNot("state", AssetState.Retired).OrderBy("name").Take(500), cancellationToken);
            return new(
                [.. everybody.Where(p => !p.HasLeft || request.Kept.Contains(p.Id)).Select(p => new Choice(p.Id, p.Unit is null ? p.Name : $"{p.Name} · {p.Unit}"))],
                [.. groups.Items.Select(g => new Choice(g.Id, $"{g.Reference} {g.Name}"))],
                [.. primary.Items.Select(a => new Choice(a.Id, $"{a.Reference} {a.Name}"))]);
        }
    }
}

/// <summary>Shape of what is typed about an asset.</summary>
internal abstract class AssetFieldsValidator<T> : AbstractValidator<T>
    where T : AddModel.Fields
{
    protected AssetFieldsValidator()
    {
        RuleFor(c => c.Id).Must(Document.IsId).WithMessage("error.notfound");
        RuleFor(c => c.Name).NotEmpty().WithMessage("asset.name.required").MaximumLength(200).WithMessage("asset.long");
        RuleFor(c => c.Description).MaximumLength(5000).WithMessage("asset.long");
        RuleFor(c => c.Type).Must(v => EnumChoice.Parse<AssetType>(v) is not null).WithMessage("asset.type.required");
        RuleFor(c => c.Kind).Must(v => EnumChoice.Parse<AssetKind>(v) is not null).WithMessage("asset.kind.required");
        RuleFor(c => c.State).Must(v => EnumChoice.Parse<AssetState>(v) is not null and not AssetState.Retired).WithMessage("asset.state.required");
        RuleFor(c => c.Classification).Must(v => string.IsNullOrEmpty(v) || EnumChoice.Parse<Classification>(v) is not null).WithMessage("asset.classification.unknown");
        RuleFor(c => c.Units).NotNull().WithMessage("asset.units.required").InclusiveBetween(1, 10_000_000).WithMessage("asset.units.range");
        RuleFor(c => c.ScopeReason).NotEmpty().When(c => !c.InScope).WithMessage("asset.scopereason.required");
        foreach (var text in new System.Linq.Expressions.Expression<Func<T, string?>>[] { c => c.Users, c => c.Site, c => c.Place, c => c.ScopeReason, c => c.Supplier, c => c.Contract, c => c.Identifier, c => c.IdentifierMissingBecause, c => c.SourceSystem, c => c.SourceKey, c => c.SupportsRefs })
            RuleFor(text).MaximumLength(2000).WithMessage("asset.long");
    }
}

/// <summary>Facts about an asset: everything it names is in this workspace, and values in a group are alike.</summary>
internal sealed class AssetFacts(WorkspaceContext workspace, Persons persons)
{
    /// <summary>Checks ids and turns references into ids.</summary>
    /// <param name="session">Session of this workspace.</param>
    /// <param name="input">What was typed.</param>
    /// <param name="stored">The record as it was, or null for a new one.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <param name="value">Value of a new one that is a copy.</param>
    public async Task<(List<Error> Errors, List<string> Supports)> CheckAsync(IDocumentSession session, AddModel.Fields input, Asset? stored, CancellationToken cancellationToken, Valuation? value = null)
    {
        List<Error> errors = [];
        var book = await persons.ReadAsync(cancellationToken);
        foreach (var (field, id, before) in new[] { (nameof(input.OwnerId), input.OwnerId, stored?.OwnerId), (nameof(input.CustodianId), input.CustodianId, stored?.CustodianId) })
        {
            if (book.Refusal(id, before, field) is { } refusal)
                errors.Add(refusal);
            // Who may change own rows only may not say whose they are.
            if (stored is not null && !workspace.May(Area.Assets, Verb.Edit) && Clean(id) != before)
                errors.Add(Error.Invalid("asset.owner.notyours", field));
        }

        if (!string.IsNullOrEmpty(input.GroupId) && input.GroupId != stored?.GroupId)
            errors.AddRange(await GroupAsync(session, input.GroupId, [(stored ?? new() { Name = input.Name!, Valuation = value }, stored)], input.UnlikeAccepted, nameof(input.GroupId), cancellationToken));
        if (Clean(input.SourceKey) is { } key && (await session.QueryAsync<Asset>(Query.All.Where("key", key).Take(1), cancellationToken)).Items.FirstOrDefault(a => a.Id != input.Id) is { } other)
            errors.Add(Error.Invalid("asset.sourcekey.taken", nameof(input.SourceKey), other.Reference, other.Name));
        return (errors, await SupportsAsync(session, input, errors, cancellationToken));
    }

    /// <summary>Whether assets may stand in a group: it exists, and their values are those of its members, unless the user knows and wants it so.</summary>
    /// <param name="session">Session of this workspace.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="joining">Each asset as it will be, and as it is stored; null for a new one.</param>
    /// <param name="unlikeAccepted">The user wants it so.</param>
    /// <param name="field">Field of the group.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task<List<Error>> GroupAsync(IDocumentSession session, string groupId, IReadOnlyList<(Asset Planned, Asset? Stored)> joining, bool unlikeAccepted, string field, CancellationToken cancellationToken)
    {
        var group = await session.FindAsync<AssetGroup>(groupId, cancellationToken);
        if (group is null || group.Retired)
            return [Error.Invalid("asset.group.unknown", field)];
        var unlike = unlikeAccepted ? [] : await Likeness.ApartAsync(session, group, joining);
        return unlike.Count == 0 ? [] : [Unlike(group.Name, unlike, field)];
    }

    /// <summary>The refusal that names the first assets whose values keep them out of a group.</summary>
    public static Error Unlike(string group, IReadOnlyList<Asset> unlike, string field) => Error.Invalid("asset.group.unlike", field, group, string.Join(", ", unlike.Take(5).Select(Named)));

    /// <summary>An asset with its values: Pump (C2 I5 A4).</summary>
    public static string Named(Asset asset) => $"{asset.Name} ({Short(asset.Valuation)})";

    /// <summary>Values in short: C2 I5 A4.</summary>
    public static string Short(Valuation? value) => value is null ? "–" : FormattableString.Invariant($"C{Tier(value.C)} I{Tier(value.I)} A{Tier(value.A)}");

    private static object Tier(CriterionValue? value) => value is null ? "–" : value.Tier;

    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>Whether the caller may change the asset.</summary>
    public bool MayEdit(Asset asset) => workspace.MayEdit(Platform.Rights.Area.Assets, asset.OwnerId, asset.CustodianId);

    private static async Task<List<string>> SupportsAsync(IDocumentSession session, AddModel.Fields input, List<Error> errors, CancellationToken cancellationToken)
    {
        List<string> ids = [.. input.SupportsIds.Where(i => !string.IsNullOrEmpty(i))];
        var found = await session.FindManyAsync<Asset>(ids, cancellationToken);
        if (ids.Exists(i => !found.ContainsKey(i)))
            errors.Add(Error.Invalid("asset.supports.unknown", nameof(input.SupportsIds)));
        foreach (var reference in (input.SupportsRefs ?? "").Split([',', ';', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if ((await session.QueryAsync<Asset>(Query.All.Where("ref", reference.ToUpperInvariant()).Take(1), cancellationToken)).Items is [var asset])
                ids.Add(asset.Id);
            else
                errors.Add(Error.Invalid("asset.supports.noref", nameof(input.SupportsRefs), reference));
        }

        ids = [.. ids.Distinct()];
        if (errors.Count == 0 && await Dependencies.ReachesAsync(session, ids, input.Id!, cancellationToken))
            errors.Add(Error.Invalid("asset.supports.circle", nameof(input.SupportsIds)));
        return ids;
    }
}

/// <summary>How alike the values in a group are.</summary>
/// <param name="Norm">The group's own value, else the most common one of its members, in short; null when nothing is valued.</param>
/// <param name="Unlike">Members with other values: the first ten.</param>
/// <param name="UnlikeCount">How many they are.</param>
internal sealed record Likeness(string? Norm, IReadOnlyList<Asset> Unlike, long UnlikeCount)
{
    private const int Shown = 10;

    public bool Fits(Valuation? value) => Norm is null || value?.IsComplete != true || AssetFacts.Short(value) == Norm;

    /// <summary>Looks at the values of a group without reading its members: a group may have thousands.</summary>
    public static async Task<Likeness> OfAsync(IDocumentSession session, AssetGroup group, CancellationToken cancellationToken)
    {
        var values = await ValuesAsync(session, group);
        var norm = NormOf(group.Valuation, values.Select(v => (v.Key, v.Count)));
        var others = values.Where(v => v.Key != norm).ToList();
        List<Asset> unlike = [];
        foreach (var other in others.TakeWhile(_ => unlike.Count < Shown))
            unlike.AddRange((await session.QueryAsync<Asset>(Members(group).Where("c", other.Values[0]).Where("i", other.Values[1]).Where("a", other.Values[2]).OrderBy("ref").Take(Shown), cancellationToken)).Items);
        return new(norm, [.. unlike.Take(Shown)], others.Sum(v => v.Count));
    }

    /// <inheritdoc cref="Apart"/>
    public static async Task<List<Asset>> ApartAsync(IDocumentSession session, AssetGroup group, IReadOnlyList<(Asset Planned, Asset? Stored)> planned) =>
        Apart(group.Id, group.Valuation, (await ValuesAsync(session, group)).Select(v => (v.Key, v.Count)), planned);

    /// <summary>Which assets, as they are planned, would stand apart in a group. One that stands there already with this value is not asked about again.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="own">Its own value.</param>
    /// <param name="members">Values of its members as stored, in short, with how many have each.</param>
    /// <param name="planned">Each asset as it will be, and as it is stored.</param>
    public static List<Asset> Apart(string groupId, Valuation? own, IEnumerable<(string Key, long Count)> members, IReadOnlyList<(Asset Planned, Asset? Stored)> planned)
    {
        var rows = planned.Where(p => p.Planned.Valuation?.IsComplete == true).Select(p => (p.Planned, Now: AssetFacts.Short(p.Planned.Valuation), Before: Stood(p.Stored))).ToList();
        var gone = planned.Select(p => Stood(p.Stored)).OfType<string>();
        var norm = NormOf(own, [.. members, .. gone.Select(v => (v, -1L)), .. rows.Select(r => (r.Now, 1L))]);
        return [.. rows.Where(r => r.Now != norm && r.Now != r.Before).Select(r => r.Planned)];

        string? Stood(Asset? stored) => stored is { State: not AssetState.Retired, Valuation.IsComplete: true } && stored.GroupId == groupId ? AssetFacts.Short(stored.Valuation) : null;
    }

    private static Query Members(AssetGroup group) => Query.All.Where("group", group.Id).WhereNot("state", AssetState.Retired).WhereAny("value");

    private static async Task<List<(string Key, IReadOnlyList<object?> Values, long Count)>> ValuesAsync(IDocumentSession session, AssetGroup group) =>
        [.. (await session.GroupAsync<Asset>(Members(group), "c", "i", "a")).Where(v => v.Values.All(x => x is decimal)).Select(v => (FormattableString.Invariant($"C{v.Values[0]} I{v.Values[1]} A{v.Values[2]}"), v.Values, v.Count))];

    private static string? NormOf(Valuation? own, IEnumerable<(string Key, long Count)> values) => own?.IsComplete == true
        ? AssetFacts.Short(own)
        : values.GroupBy(v => v.Key).Select(g => (g.Key, Count: g.Sum(v => v.Count))).Where(g => g.Count > 0).OrderByDescending(g => g.Count).FirstOrDefault().Key;
}
