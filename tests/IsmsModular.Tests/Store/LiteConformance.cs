using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>The suite over LiteDB files.</summary>
public sealed class LiteConformance : StoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string workspace = Document.NewId();
    private LiteStoreDirectory directory;

    public LiteConformance() => directory = Make();

    private protected override IDocumentStore Store => directory.Workspace(workspace);

    private protected override void Reopen()
    {
        directory.Dispose();
        directory = Make();
    }

    public void Dispose()
    {
        directory.Dispose();
        folder.Dispose();
    }

    private LiteStoreDirectory Make() => new(folder.Path, [], [Thing.Map, Other.Map], Clock);
}
