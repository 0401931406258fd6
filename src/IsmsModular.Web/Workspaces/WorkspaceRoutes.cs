using IsmsModular.Platform.Modules;
using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace IsmsModular.Web.Workspaces;

/// <summary>Pages of modules, and the host's own under <c>Pages/Workspace</c>, stand under <c>/w/{slug}</c>. A page with <c>@page "/…"</c> keeps that path below the workspace: <c>@page "/"</c> is the workspace's front page.</summary>
internal sealed class WorkspaceRoutes(ModuleSet modules) : IPageRouteModelConvention
{
    public const string Slug = "slug";

    private readonly HashSet<string> folders = [.. modules.Modules.Select(m => m.GetType().Assembly.GetName().Name!.Split('.')[^1])];

    public void Apply(PageRouteModel model)
    {
        var parts = model.ViewEnginePath.Split('/');
        var ofHost = parts[1] == "Workspace";
        if (parts.Length < 3 || (!ofHost && !folders.Contains(parts[1])))
        {
            foreach (var selector in model.Selectors)
                selector.AttributeRouteModel!.Template = selector.AttributeRouteModel.Template!.ToLowerInvariant();
            return;
        }

        foreach (var selector in model.Selectors.ToArray())
        {
            var template = selector.AttributeRouteModel!.Template!.Trim('/');
            // The page at Index answers its folder only.
            if (template.EndsWith("/Index", StringComparison.Ordinal))
            {
                model.Selectors.Remove(selector);
                continue;
            }

            if (ofHost && template.StartsWith("Workspace/", StringComparison.Ordinal))
                template = template["Workspace/".Length..];
            selector.AttributeRouteModel.Template = $"w/{{{Slug}}}/{template}".TrimEnd('/').ToLowerInvariant();
        }
    }
}
