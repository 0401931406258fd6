using System.Text.Json;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Oscal;

/// <summary>The decisions of a statement: as a component (the management system) that implements controls, and as the control implementation of a system security plan.</summary>
internal sealed class OscalStatement(Utf8JsonWriter w, ReportDocument report, ReportControls statement)
{
    private readonly string title = report.Title + " " + statement.Revision;

    private Guid Component => OscalWriting.Uuid("component", statement.SystemId);

    private Guid Source => OscalWriting.Uuid("resource", "catalog", statement.SystemId, statement.RevisionId);

    public void WriteComponent()
    {
        w.WriteStartObject();
        w.WriteStartObject("component-definition");
        w.WriteString("uuid", OscalWriting.Uuid("component-definition", statement.SystemId, statement.RevisionId));
        w.Metadata(report, title, statement.Revision, null);
        w.WriteStartArray("components");
        w.WriteStartObject();
        w.WriteString("uuid", Component);
        w.WriteString("type", "process-procedure");
        w.Line("title", report.Organisation);
        w.WriteString("description", OscalWriting.Trimmed(statement.Scope) ?? OscalWriting.OneLine(report.Organisation) ?? "-");
        w.WriteStartArray("control-implementations");
        w.WriteStartObject();
        w.WriteString("uuid", OscalWriting.Uuid("control-implementation", statement.SystemId, statement.RevisionId));
        w.WriteString("source", "#" + Source);
        w.Line("description", title);
        w.WriteStartArray("implemented-requirements");
        foreach (var control in statement.Controls)
        {
            w.WriteStartObject();
            w.WriteString("uuid", OscalWriting.Uuid("requirement", statement.SystemId, control.Catalogue, control.Id));
            w.WriteString("control-id", statement.ControlId(control));
            w.WriteString("description", Description(control));
            w.Properties([.. Facts(control), ("implementation-status", State(control), false)]);
            w.Lines("remarks", control.Note);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
        w.WriteEndArray();
        BackMatter();
        w.WriteEndObject();
        w.WriteEndObject();
    }

    public void WritePlan()
    {
        var state = statement.Approved ? "operational" : "under-development";
        w.WriteStartObject();
        w.WriteStartObject("system-security-plan");
        w.WriteString("uuid", OscalWriting.Uuid("system-security-plan", statement.SystemId, statement.RevisionId));
        w.Metadata(report, title, statement.Revision, null);
        w.WriteStartObject("import-profile");
        w.WriteString("href", "#" + Source);
        w.WriteEndObject();

        var scope = OscalWriting.Trimmed(statement.Scope) ?? OscalWriting.OneLine(report.Organisation) ?? "-";
        w.WriteStartObject("system-characteristics");
        w.WriteStartArray("system-ids");
        w.WriteStartObject();
        w.WriteString("identifier-type", "http://ietf.org/rfc/rfc4122");
        w.WriteString("id", OscalWriting.Uuid("system", statement.SystemId).ToString());
        w.WriteEndObject();
        w.WriteEndArray();
        w.Line("system-name", report.Organisation);
        w.WriteString("description", scope);
        w.WriteStartObject("system-information");
        w.WriteStartArray("information-types");
        w.WriteStartObject();
        w.WriteString("uuid", OscalWriting.Uuid("information", statement.SystemId));
        w.Line("title", report.Organisation);
        w.WriteString("description", scope);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
        Status(state);
        w.WriteStartObject("authorization-boundary");
        w.WriteString("description", scope);
        w.WriteEndObject();
        w.WriteEndObject();

        w.WriteStartObject("system-implementation");
        // OSCAL before 1.2 asks for a user.
        w.WriteStartArray("users");
        w.WriteStartObject();
        w.WriteString("uuid", OscalWriting.Uuid("user", statement.SystemId));
        w.Line("title", report.Organisation);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteStartArray("components");
        w.WriteStartObject();
        w.WriteString("uuid", Component);
        w.WriteString("type", "this-system");
        w.Line("title", report.Organisation);
        w.WriteString("description", scope);
        Status(state);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();

        w.WriteStartObject("control-implementation");
        w.Line("description", title);
        w.WriteStartArray("implemented-requirements");
        foreach (var control in statement.Controls)
        {
            w.WriteStartObject();
            w.WriteString("uuid", OscalWriting.Uuid("requirement", statement.SystemId, control.Catalogue, control.Id));
            w.WriteString("control-id", statement.ControlId(control));
            w.Properties([.. Facts(control)]);
            w.WriteStartArray("by-components");
            w.WriteStartObject();
            w.WriteString("component-uuid", Component);
            w.WriteString("uuid", OscalWriting.Uuid("by-component", statement.SystemId, control.Catalogue, control.Id));
            w.WriteString("description", Description(control));
            if (State(control) is { } status)
            {
                w.WriteStartObject("implementation-status");
                w.WriteString("state", status);
                w.Lines("remarks", control.ExclusionReason);
                w.WriteEndObject();
            }

            w.WriteEndObject();
            w.WriteEndArray();
            w.Lines("remarks", control.Note);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
        BackMatter();
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private void Status(string state)
    {
        w.WriteStartObject("status");
        w.WriteString("state", state);
        w.WriteEndObject();
    }

    /// <summary>The catalogue is the same statement's file in the format oscal-catalog.</summary>
    private void BackMatter()
    {
        w.WriteStartObject("back-matter");
        w.WriteStartArray("resources");
        w.WriteStartObject();
        w.WriteString("uuid", Source);
        w.Line("title", statement.Catalogue.Name);
        w.Properties(("catalog-uuid", statement.CatalogueUuid().ToString(), true), ("catalogue", statement.Catalogue.Id, true), ("edition", statement.Catalogue.Edition, true));
        w.WriteStartArray("rlinks");
        w.WriteStartObject();
        w.WriteString("href", "oscal-catalog.json");
        w.WriteString("media-type", "application/json");
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private IEnumerable<(string, string?, bool)> Facts(ReportControl control)
    {
        yield return ("label", control.Id, false);
        yield return ("decision", control.Applicable switch { true => "included", false => "excluded", null => "undecided" }, true);
        foreach (var risk in control.Risks)
            yield return ("risk", risk, true);
        foreach (var task in control.Tasks)
            yield return ("task", task, true);
    }

    private static string? State(ReportControl control) => control.Applicable == false ? "not-applicable" : control.Status switch
    {
        ReportControlStatus.InPlace => "implemented",
        ReportControlStatus.Partly => "partial",
        ReportControlStatus.Planned => "planned",
        _ => null,
    };

    /// <summary>What is done, why, and where it is written; the exclusion's reason for what is not.</summary>
    private string Description(ReportControl control)
    {
        var lines = new[] { control.Title, string.Join("\n", control.Implementations), string.Join("; ", control.Reasons), control.ExclusionReason, control.Documents };
        return string.Join("\n\n", lines.Select(OscalWriting.Trimmed).OfType<string>()) is { Length: > 0 } text ? text : ReportText.Clean(control.Id);
    }
}
