using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Plugins;

public sealed class TheContractOfPlugins
{
    private static readonly Assembly Contract = typeof(IIsmsPlugin).Assembly;

    [Fact]
    public void Keeps_its_assembly_version_for_the_whole_major() => Assert.Equal(new Version(1, 0, 0, 0), Contract.GetName().Version);

    [Fact]
    public void Needs_nothing_but_the_base_class_library() => Assert.All(Contract.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));

    [Fact]
    public void No_plugin_that_ships_needs_another_part_of_the_program()
    {
        var assemblies = Directory.EnumerateFiles(Path.Combine(Repository.Root, "plugins"), "plugin.json", SearchOption.AllDirectories)
            .Where(manifest => !manifest.Contains("/obj/", StringComparison.Ordinal))
            .Select(manifest => (Folder: Path.GetDirectoryName(manifest)!, Assembly: (string?)JsonNode.Parse(File.ReadAllText(manifest))!["assembly"]))
            .Where(plugin => plugin.Assembly is not null)
            .SelectMany(plugin => Directory.EnumerateFiles(Path.Combine(plugin.Folder, "bin"), plugin.Assembly!, SearchOption.AllDirectories))
            .ToList();
        Assert.NotEmpty(assemblies);
        Assert.All(assemblies, file =>
        {
            using var stream = File.OpenRead(file);
            using var image = new PEReader(stream);
            var metadata = image.GetMetadataReader();
            var ours = metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name)).Where(n => n.StartsWith("IsmsModular", StringComparison.Ordinal));
            Assert.Equal(["IsmsModular.Abstractions"], ours);
        });
    }

    [Fact]
    public void A_message_survives_being_stored()
    {
        var message = new Message("p.step", "{0} gives {1}", new Message("p.High", "High"), "3");
        var read = JsonSerializer.Deserialize<Message>(JsonSerializer.Serialize(message))!;
        Assert.Equal("High gives 3", read.ToString());
        Assert.Equal("Tinggi memberi 3", read.In(key => key switch { "p.step" => "{0} memberi {1}", "p.High" => "Tinggi", _ => null }));
        Assert.Equal("\"plain {0}\"", JsonSerializer.Serialize(Message.Literal("plain {0}")));
        Assert.Equal("plain {0}", Message.Literal("plain {0}").ToString());
    }
}
