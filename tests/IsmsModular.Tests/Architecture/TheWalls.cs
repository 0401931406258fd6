using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Modules;
using IsmsModular.Risks.Register;

namespace IsmsModular.Tests.Architecture;

/// <summary>Who may reference whom, and what is open. New modules and plugins are found by themselves; each rule is shown a violator.</summary>
public sealed class TheWalls
{
    private static readonly Type[] Violators = [typeof(OpenPage), typeof(OpenCommand), typeof(OpenHandler), typeof(LocalTime)];

    [Fact]
    public void Modules_are_found() => Assert.Contains(Rules.Modules, m => m.GetName().Name == "IsmsModular.Risks");

    [Fact]
    public void A_module_uses_of_another_its_contracts_only()
    {
        Assert.Empty(Rules.Modules.SelectMany(m => Rules.ReachingIntoModules(m, Rules.Modules)));
        // This test assembly looks into the risks module.
        Assert.Contains(Rules.ReachingIntoModules(typeof(TheWalls).Assembly, Rules.Modules), v => v.EndsWith("Register." + nameof(Risk), StringComparison.Ordinal));
    }

    [Fact]
    public void Platform_knows_no_module_and_the_plugin_kit_knows_nothing()
    {
        Assert.Equal(["IsmsModular.Abstractions"], Rules.ReferencesToTheProgram(typeof(IModule).Assembly));
        Assert.Empty(Rules.ReferencesToTheProgram(typeof(IIsmsPlugin).Assembly));
        Assert.Contains("IsmsModular.Risks", Rules.ReferencesToTheProgram(typeof(Web.Hosting.IsmsHost).Assembly));
    }

    [Fact]
    public void Plugins_reference_the_plugin_kit_only()
    {
        var projects = Directory.GetFiles(Path.Combine(Rules.Root, "plugins"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        Assert.All(projects, p => Assert.All(Rules.ProjectReferences(p), r => Assert.Equal("IsmsModular.Abstractions", r)));
        Assert.Contains(Rules.ProjectReferences(Path.Combine(Rules.Root, "src", "IsmsModular.Web", "IsmsModular.Web.csproj")), r => r != "IsmsModular.Abstractions");
    }

    [Fact]
    public void Every_page_names_its_right()
    {
        Assert.Empty(Rules.PagesWithoutRight(Rules.All.SelectMany(a => a.GetTypes())));
        Assert.Equal([typeof(OpenPage)], Rules.PagesWithoutRight(Violators));
    }

    [Fact]
    public void Every_command_names_its_right()
    {
        Assert.Empty(ModuleRegistration.CommandsWithoutRight(Rules.All));
        Assert.Contains(typeof(OpenCommand), ModuleRegistration.CommandsWithoutRight([typeof(TheWalls).Assembly]));
    }

    [Fact]
    public void Handlers_validators_and_documents_of_modules_are_internal_and_sealed()
    {
        Assert.Empty(Rules.OpenInnerTypes(Rules.Modules.Append(typeof(Web.Hosting.IsmsHost).Assembly).SelectMany(a => a.GetTypes())));
        Assert.Contains(typeof(OpenHandler), Rules.OpenInnerTypes(Violators));
    }

    [Fact]
    public void Modules_show_pages_module_class_and_contracts_only()
    {
        Assert.Empty(Rules.UnexpectedPublicTypes(Rules.Modules.SelectMany(a => a.GetTypes())));
        Assert.Contains(typeof(OpenHandler), Rules.UnexpectedPublicTypes(Violators));
    }

    [Fact]
    public void No_stored_document_has_a_time_without_zone()
    {
        Assert.Empty(Rules.DateTimeMembers(Rules.All.SelectMany(a => a.GetTypes())));
        Assert.Equal(["LocalTime.At"], Rules.DateTimeMembers(Violators));
    }

    [Fact]
    public void No_page_has_inline_script_or_style_or_raw_markup()
    {
        var pages = Directory.GetFiles(Path.Combine(Rules.Root, "src"), "*.cshtml", SearchOption.AllDirectories);
        Assert.NotEmpty(pages);
        Assert.Empty(pages.SelectMany(p => Rules.UnsafeMarkup(File.ReadAllText(p)).Select(m => $"{Path.GetRelativePath(Rules.Root, p)}: {m}")));
        foreach (var bad in (string[])["@Html.Raw(x)", "<p style=\"color:red\">", "<script>alert(1)</script>", "<a onclick=\"x()\">"])
            Assert.NotEmpty(Rules.UnsafeMarkup(bad));
        Assert.Empty(Rules.UnsafeMarkup("<script src=\"/js/site.js\" defer></script>"));
    }
}
