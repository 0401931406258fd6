using System.Text.Json;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Oscal;

/// <summary>The catalogue that a statement is made from, with the controls of sector guides and of the organisation itself as groups of their own.</summary>
internal sealed class OscalCatalogue(Utf8JsonWriter w, ReportDocument report, ReportControls statement)
{
    private readonly ILookup<string, CatalogueItem> children = statement.Catalogue.Items.ToLookup(i => i.Parent ?? "");

    public void Write()
    {
        var catalogue = statement.Catalogue;
        w.WriteStartObject();
        w.WriteStartObject("catalog");
        w.WriteString("uuid", statement.CatalogueUuid());
        w.Metadata(report, catalogue.Name, catalogue.Edition, string.Join("\n\n", new[] { catalogue.Source, catalogue.Attribution }.Where(t => !string.IsNullOrEmpty(t))));
        // Controls that stand beside groups go into a group, since OSCAL reads the groups first.
        var others = statement.Controls.Where(c => !statement.IsListed(c)).GroupBy(c => c.Catalogue).ToList();
        var tops = children[""].ToList();
        if (tops.Where(IsControl).ToList() is { Count: > 0 } loose)
        {
            w.WriteStartArray("controls");
            loose.ForEach(Control);
            w.WriteEndArray();
        }

        if (tops.Exists(t => !IsControl(t)) || others.Count > 0)
        {
            w.WriteStartArray("groups");
            foreach (var group in tops.Where(t => !IsControl(t)))
                Group(group);
            foreach (var group in others)
                Others(group);
            w.WriteEndArray();
        }

        w.WriteEndObject();
        w.WriteEndObject();
    }

    private bool IsControl(CatalogueItem item) => item.Kind is "control" or "requirement" or "item" || !children[item.Id].Any();

    private void Group(CatalogueItem item)
    {
        w.WriteStartObject();
        w.WriteString("id", OscalWriting.Token(item.Id));
        w.WriteString("class", OscalWriting.Token(item.Kind));
        w.Line("title", item.TitleIn(report.Language), item.Id);
        w.Properties([("label", item.Id, false), .. Attributes(item)]);
        Guidance(item);
        var (groups, controls) = (children[item.Id].Where(i => !IsControl(i)).ToList(), children[item.Id].Where(IsControl).ToList());
        if (groups.Count > 0)
        {
            w.WriteStartArray("groups");
            groups.ForEach(Group);
            if (controls.Count > 0)
            {
                // A group has either groups or controls.
                w.WriteStartObject();
                w.WriteString("id", OscalWriting.Token(item.Id) + "_controls");
                w.Line("title", item.TitleIn(report.Language), item.Id);
                Controls(controls);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        }
        else
        {
            Controls(controls);
        }

        w.WriteEndObject();
    }

    private void Controls(List<CatalogueItem> controls)
    {
        if (controls.Count == 0)
            return;
        w.WriteStartArray("controls");
        controls.ForEach(Control);
        w.WriteEndArray();
    }

    private void Control(CatalogueItem item)
    {
        w.WriteStartObject();
        w.WriteString("id", OscalWriting.Token(item.Id));
        w.WriteString("class", OscalWriting.Token(item.Kind));
        w.Line("title", item.TitleIn(report.Language), item.Id);
        w.Properties([("label", item.Id, false), .. Attributes(item)]);
        Guidance(item);
        Controls([.. children[item.Id]]);
        w.WriteEndObject();
    }

    private void Others(IGrouping<string, ReportControl> group)
    {
        w.WriteStartObject();
        w.WriteString("id", OscalWriting.Token("group_" + group.Key));
        w.Line("title", group.Key);
        w.WriteStartArray("controls");
        foreach (var control in group)
        {
            w.WriteStartObject();
            w.WriteString("id", statement.ControlId(control));
            w.Line("title", control.Title, control.Id);
            w.Properties(("label", control.Id, false));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private void Guidance(CatalogueItem item)
    {
        if (OscalWriting.Trimmed(item.GuidanceIn(report.Language)) is not { } prose)
            return;
        w.WriteStartArray("parts");
        w.WriteStartObject();
        w.WriteString("id", OscalWriting.Token(item.Id) + "_gdn");
        w.WriteString("name", "guidance");
        w.WriteString("prose", prose);
        w.WriteEndObject();
        w.WriteEndArray();
    }

    private static IEnumerable<(string, string?, bool)> Attributes(CatalogueItem item)
    {
        foreach (var (name, values) in item.Attributes.Where(a => a.Key is not ['_', ..]))
        {
            foreach (var value in values)
                yield return (name, value, true);
        }

        if (!item.Confirmed)
            yield return ("confirmed", "no", true);
    }
}
