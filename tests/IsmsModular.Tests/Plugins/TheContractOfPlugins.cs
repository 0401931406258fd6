using System.Reflection;
using System.Text.Json;
using IsmsModular.Abstractions.Plugins;

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
        foreach (var name in new[] { "ReportCsv", "ReportDocx", "ReportXlsx" })
            Assert.All(Assembly.Load(name).GetReferencedAssemblies().Where(a => a.Name!.StartsWith("IsmsModular", StringComparison.Ordinal)), a => Assert.Equal("IsmsModular.Abstractions", a.Name));
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
