namespace IsmsModular.Platform.Store.Lite;

/// <summary>
/// Bytes of documents read lately, so that a page asked for again does not ask the engine again. An entry counts only while its version is the committed one. Two halves: when the
/// newer is full, the older is dropped. Lives on the thread that owns the file; the bytes are never written to.
/// </summary>
/// <param name="half">Bytes of one half.</param>
internal sealed class RecentReads(int half)
{
    private Dictionary<(DocumentMap, string), Stored> newer = [];
    private Dictionary<(DocumentMap, string), Stored> older = [];
    private int bytes;

    public Stored? Find(DocumentMap map, string id, long version)
    {
        if (newer.TryGetValue((map, id), out var found))
        {
            return found.Version == version ? found : null;
        }
        if (!older.TryGetValue((map, id), out found) || found.Version != version)
        {
            return null;
        }
        Keep(map, found);
        return found;
    }

    /// <summary>Called for what a save wrote: a document that was removed and added again has its first version once more.</summary>
    public void Forget(DocumentMap map, string id)
    {
        newer.Remove((map, id));
        older.Remove((map, id));
    }

    public void Keep(DocumentMap map, Stored stored)
    {
        if (stored.Json.Length > half / 8)
        {
            return;
        }
        if (bytes > half)
        {
            (older, newer, bytes) = (newer, [], 0);
        }
        newer[(map, stored.Id)] = stored;
        bytes += stored.Json.Length;
    }
}
