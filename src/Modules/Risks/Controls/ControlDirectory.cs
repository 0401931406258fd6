using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Controls;

/// <summary>Controls that this workspace can choose from: its catalogue's, sector guides that extend it, and its own.</summary>
internal sealed class ControlDirectory(WorkspaceCatalogues catalogues, WorkspaceContext ws, IWords words)
{
    /// <summary>The workspace's catalogue; null when no active plugin has it.</summary>
    public Catalogue? Catalogue => catalogues.Base;

    /// <summary>The workspace's catalogue first, then the sector guides that it chose.</summary>
    public IEnumerable<Catalogue> Catalogues => catalogues.Controls;

    /// <summary>Own controls in use.</summary>
    public async Task<IReadOnlyList<OwnControl>> OwnAsync(CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        return (await session.QueryAsync<OwnControl>(Query.All.Where("state", "active").OrderBy("ref").Take(1000), cancellationToken)).Items;
    }

    /// <summary>Options for a picker, grouped by domain; the value is <see cref="ControlRef.Key"/>. What is chosen stands first: it is seen without scrolling, and kept where it is no longer offered.</summary>
    public async Task<IReadOnlyList<Choice>> ChoicesAsync(IEnumerable<string?> chosen, CancellationToken cancellationToken)
    {
        var own = await OwnAsync(cancellationToken);
        List<Choice> first = [.. chosen.Where(k => !string.IsNullOrEmpty(k)).Distinct().Select(k => new Choice(k!, Name(k!, own), words["treatment.controls.chosen"]))];
        IEnumerable<Choice> offered =
        [
            .. own.Select(o => new Choice($"{ControlRef.Own}/{o.Reference}", $"{o.Reference} {o.Title}", words["control.own.heading"])),
            .. Catalogues.SelectMany(c => c.Items.Where(IsControl).Select(i => new Choice($"{c.Id}/{i.Id}", $"{i.Id} {words.TitleOf(i)}", Heading(c, i)))),
        ];
        return [.. first, .. offered.ExceptBy(first.Select(c => c.Value), c => c.Value)];
    }

    /// <summary>Words of a control: identifier and short title; the key itself when no active catalogue has it.</summary>
    public string Name(string key, IEnumerable<OwnControl> own)
    {
        if (ControlRef.Parse(key) is not { } control)
            return key;
        if (control.Catalogue == ControlRef.Own)
            return own.FirstOrDefault(o => o.Reference == control.Id) is { } mine ? $"{mine.Reference} {mine.Title}" : control.Id;
        return Find(key) is { } item ? $"{item.Id} {words.TitleOf(item)}" : control.Id;
    }

    /// <summary>The row of any active catalogue, or null.</summary>
    public CatalogueItem? Find(string key) => ControlRef.Parse(key) is { } control ? catalogues.Find(control.Catalogue)?.Items.FirstOrDefault(i => i.Id == control.Id && IsControl(i)) : null;

    /// <summary>Keys among these that are no control of the workspace: neither in an active catalogue of it nor own.</summary>
    public async Task<IReadOnlyList<string>> UnknownAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var asked = keys.ToList();
        if (asked.Count == 0)
            return [];
        var own = await OwnAsync(cancellationToken);
        var known = Catalogues.Select(c => c.Id).ToHashSet();
        return [.. asked.Where(k => ControlRef.Parse(k) is not { } c || (c.Catalogue == ControlRef.Own ? !own.Any(o => o.Reference == c.Id) : !known.Contains(c.Catalogue) || Find(k) is null))];
    }


    public static bool IsControl(CatalogueItem item) => item.Kind == "control";

    /// <summary>The nearest row above, as a heading.</summary>
    private string? Heading(Catalogue catalogue, CatalogueItem item) => (catalogue.Items.FirstOrDefault(i => i.Id == item.Parent) ?? catalogues.Base?.Items.FirstOrDefault(i => i.Id == item.Parent)) is { } parent ? $"{parent.Id} {parent.TitleIn(words.Language)}" : null;
}
