using System.Runtime.CompilerServices;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks;

/// <summary>What exercises, stored results, statements and controls need of plugins.</summary>
internal sealed class PluginsInUse : IPluginUse
{
    public async IAsyncEnumerable<PluginUse> FindAsync(IDocumentSession session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var exercise in session.StreamAsync<Exercise>(Query.All, cancellationToken))
        {
            yield return new("methodology", exercise.MethodologyId, exercise.MethodologyVersion, "plugins.use.exercises", "risks/exercises");
            foreach (var catalogue in exercise.Coverage.Keys.Select(k => k.Split('/', 3)).Where(k => k.Length == 3).Select(k => k[1]).Distinct())
                yield return new("catalogue", catalogue, null, "plugins.use.exercises", "risks/exercises");
        }

        await foreach (var change in session.StreamAsync<MethodChange>(Query.All, cancellationToken))
            yield return new("methodology", change.MethodologyId, change.MethodologyVersion, "plugins.use.changes", "risks/exercises");
        await foreach (var risk in session.StreamAsync<Risk>(Query.All, cancellationToken))
        {
            foreach (var rating in new[] { risk.Current, risk.Target, risk.Achieved }.OfType<Rating>())
                yield return new("methodology", rating.MethodologyId, rating.MethodologyVersion, "plugins.use.ratings", "risks/register");
            foreach (var key in new[] { risk.Threat ?? risk.ThreatClass, risk.Vulnerability }.OfType<string>())
                yield return new("catalogue", key.Split('/')[0], null, "plugins.use.risks.threats", "risks/register");
            foreach (var control in risk.Treatment?.Controls ?? [])
                yield return new("catalogue", control.Catalogue, null, "plugins.use.risks.treatment", "risks/register");
        }

        await foreach (var control in session.StreamAsync<ControlImplementation>(Query.All, cancellationToken))
            yield return new("catalogue", control.ControlKey.Split('/')[0], null, "plugins.use.controls", "risks/controls");
        await foreach (var row in session.StreamAsync<SoaRow>(Query.All, cancellationToken))
            yield return new("catalogue", row.Catalogue, null, "plugins.use.soa.rows", "risks/soa");
        await foreach (var revision in session.StreamAsync<SoaRevision>(Query.All, cancellationToken))
            yield return new("catalogue", revision.Catalogue, null, "plugins.use.soa.revisions", "risks/soa");
        if (await session.FindAsync<CatalogueChoice>(CatalogueChoice.TheId, cancellationToken) is { } choice)
        {
            foreach (var chosen in choice.Extensions.Concat(choice.Threats ?? []).Concat(choice.Vulnerabilities ?? []))
                yield return new("catalogue", chosen, null, "plugins.use.catalogues", "risks/catalogue/choose");
        }
    }
}
