using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Oscal;

/// <summary>Statements of applicability for programs that read NIST OSCAL.</summary>
public sealed class OscalPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        registry.AddReportFormat(new OscalFormat("catalog", "OSCAL catalogue", (w, report, statement) => new OscalCatalogue(w, report, statement).Write()));
        registry.AddReportFormat(new OscalFormat("component", "OSCAL component definition", (w, report, statement) => new OscalStatement(w, report, statement).WriteComponent()));
        registry.AddReportFormat(new OscalFormat("ssp", "OSCAL system security plan", (w, report, statement) => new OscalStatement(w, report, statement).WritePlan()));
    }
}
