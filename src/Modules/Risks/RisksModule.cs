using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Search;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Register;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Risks;

/// <summary>Assets, exercises, risks, treatment, statement of applicability and treatment plan (guideline 6).</summary>
public sealed class RisksModule : IModule
{
    /// <inheritdoc />
    public string Name => "risks";

    /// <inheritdoc />
    public IEnumerable<DocumentMap> Documents =>
    [
        Assets.Asset.Map, Groups.AssetGroup.Map, Scales.ValuationScale.Map,
        Exercises.Exercise.Map, Exercises.Swap.MethodChange.Map, global::IsmsModular.Risks.Register.Risk.Map, Controls.ControlImplementation.Map, Controls.OwnControl.Map,
        Methodologies.OwnMethodology.Map, Methodologies.MethodologyVersion.Map, Recheck.RecheckRun.Map,
        Files.EvidenceFile.Map, Soa.SoaRow.Map, Soa.SoaRevision.Map, Catalogues.CatalogueChoice.Map, Catalogues.ImportedCatalogue.Map, Plan.PlanTask.Map, Plan.PlanRevision.Map,
    ];

    /// <inheritdoc />
    public IEnumerable<NavigationEntry> Navigation =>
    [
        new(0, "stage.start", "nav.dashboard", "", "layout-dashboard", Area.Home),
        new(10, "stage.start", "nav.inbox", "inbox", "inbox", Area.Home),
        new(610, "stage.assess", "nav.assets", "risks/assets", "box", Area.Assets),
        new(611, "stage.assess", "nav.groups", "risks/groups", "stack-2", Area.Assets),
        new(612, "stage.assess", "nav.scale", "risks/scales", "scale", Area.Assets),
        new(614, "stage.assess", "nav.methodologies", "risks/methodologies", "math-function", Area.Methodologies),
        new(620, "stage.assess", "nav.exercises", "risks/exercises", "target", Area.Exercises),
        new(630, "stage.assess", "nav.register", "risks/register", "alert-triangle", Area.Risks, "risks/treatment"),
        new(640, "stage.treat", "nav.controls", "risks/controls", "shield-check", Area.Controls),
        new(642, "stage.treat", "nav.catalogues", "risks/catalogue/all", "books", Area.Controls),
        new(644, "stage.treat", "nav.soa", "risks/soa", "list-check", Area.Soa),
        new(650, "stage.treat", "nav.plan", "risks/plan", "calendar-check", Area.Plan),
        new(900, "stage.report", "nav.reports", "reports", "report", Area.Reports),
    ];

    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.AddScoped<Platform.Imports.Uploads>();
        services.AddScoped<Assets.AssetFacts>();
        services.AddScoped<Assets.Import.AssetImport>();
        services.AddScoped<Contracts.IAssetImport>(s => s.GetRequiredService<Assets.Import.AssetImport>());
        services.AddSingleton<Platform.Plugins.IPluginUse, PluginsInUse>();
        services.AddSingleton<Exercises.Methods>();
        services.AddScoped<Contracts.IWorkspaceMethodologies, Methodologies.WorkspaceMethodologies>();
        services.AddScoped<Methodologies.Copies>();
        services.AddScoped<Contracts.IAssessmentCheck, Recheck.AssessmentCheck>();
        services.AddScoped<Recheck.FindingFile>();
        services.AddSingleton<Recheck.RecheckJobs>();
        services.AddScoped<Methodologies.MethodPreview>();
        services.AddSingleton<Exercises.SnapshotCache>();
        services.AddSingleton<Exercises.ComparisonCache>();
        services.AddScoped<Exercises.Comparisons>();
        services.AddScoped<Exercises.Swap.Carrying>();
        services.AddScoped<Exercises.Swap.CarryingOut>();
        services.AddSingleton<Exercises.Swap.SwapJobs>();
        services.AddScoped<Persons>();
        services.AddScoped<IOwnedRecords, OwnedRecords>();
        services.AddScoped<HeatMaps>();
        services.AddScoped<RiskLinkReader>();
        services.AddScoped<RiskImport>();
        services.AddSingleton<Exercises.CoverageCache>();
        services.AddScoped<Exercises.CoverageMaps>();
        services.AddScoped<ThreatDirectory>();
        services.AddSingleton<Catalogues.CatalogueShelf>();
        services.AddScoped<Catalogues.WorkspaceCatalogues>();
        services.AddScoped<Contracts.IControlCatalogues>(s => s.GetRequiredService<Catalogues.WorkspaceCatalogues>());
        services.AddScoped<Catalogues.CatalogueUse>();
        services.AddScoped<Catalogues.Import.CatalogueImport>();
        services.AddScoped<Contracts.ICatalogueImport>(s => s.GetRequiredService<Catalogues.Import.CatalogueImport>());
        services.AddScoped<Contracts.IAssessmentForms, Exercises.AssessmentForms>();
        services.AddScoped<Controls.ControlDirectory>();
        services.AddScoped<Files.EvidenceFiles>();
        services.AddScoped<Soa.RevisionContent>();
        services.AddScoped<Soa.SoaMoves>();
        services.AddScoped<Soa.ReferenceMoves>();
        services.AddScoped<Plan.PlanDrafts>();
        services.AddScoped<IApprovalSubject, Exercises.CriteriaSubject>();
        services.AddScoped<IApprovalSubject, Soa.SoaSubject>();
        services.AddScoped<IApprovalSubject, Plan.PlanSubject>();
        services.AddScoped<IApprovalSubject, Plan.DelaySubject>();
        services.AddSingleton<IRecordSearch>(new RecordSearch<Assets.Asset>("nav.assets", "box", Area.Assets, "risks/assets", "risks/assets/detail", a => (a.Reference, a.Name)));
        services.AddSingleton<IRecordSearch>(new RecordSearch<Groups.AssetGroup>("nav.groups", "stack-2", Area.Assets, "risks/groups", "risks/groups/detail", g => (g.Reference, g.Name)));
        services.AddSingleton<IRecordSearch>(new RecordSearch<Exercises.Exercise>("nav.exercises", "target", Area.Exercises, "risks/exercises", "risks/exercises/detail", e => (e.Reference, e.Name)));
        services.AddSingleton<IRecordSearch>(new RecordSearch<Risk>("nav.register", "alert-triangle", Area.Risks, "risks/register", "risks/register/detail", r => (r.Reference, r.Title), ("f.exercise", "all")));
        services.AddSingleton<IRecordSearch>(new RecordSearch<Controls.ControlImplementation>("nav.controls", "shield-check", Area.Controls, "risks/controls", "risks/controls/detail", c => (c.Reference, c.Name)));
        services.AddSingleton<IRecordSearch>(new RecordSearch<Controls.OwnControl>("control.own.heading", "shield-plus", Area.Controls, "risks/controls/own", "risks/controls/own", c => (c.Reference, c.Title)));
        services.AddScoped<IRecordSearch, Catalogues.CatalogueSearch>();
        services.AddSingleton<IRecordSearch>(new RecordSearch<Plan.PlanTask>("nav.plan", "calendar-check", Area.Plan, "risks/plan", "risks/plan/detail", t => (t.Reference, t.Title)));
        services.AddScoped<Contracts.ILargeSample, Samples.LargeSample>();
    }
}
