using System.Text.Json;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>Puts unpacked files in the place of what is there. Interrupted at any point, it is finished when the folder is used next.</summary>
internal static class RestoreSwap
{
    private const string Marker = "restore.pending";

    public sealed record Pending(string Fresh, string Kept, IReadOnlyList<string> Paths)
    {
        /// <summary>Those of the paths that came with the backup; what did not is moved away all the same.</summary>
        public IReadOnlyList<string> Present { get; init; } = [];
    }

    public static bool IsPending(string dataFolder) => File.Exists(Path.Combine(dataFolder, Marker));

    public static void Start(string dataFolder, Pending pending)
    {
        pending = pending with { Present = [.. pending.Paths.Where(p => Path.Exists(Path.Combine(dataFolder, pending.Fresh, p)))] };
        Durable.Replace(Path.Combine(dataFolder, Marker), JsonSerializer.SerializeToUtf8Bytes(pending));
        Finish(dataFolder);
    }

    /// <summary>Does what is left of a swap; nothing when there is none.</summary>
    public static void Finish(string dataFolder)
    {
        var marker = Path.Combine(dataFolder, Marker);
        if (!File.Exists(marker))
        {
            return;
        }
        var pending = JsonSerializer.Deserialize<Pending>(File.ReadAllBytes(marker))!;
        foreach (var path in pending.Paths)
        {
            string live = Path.Combine(dataFolder, path), fresh = Path.Combine(dataFolder, pending.Fresh, path), kept = Path.Combine(dataFolder, pending.Kept, path);
            var comes = Path.Exists(fresh);
            if (Path.Exists(live) && !Path.Exists(kept) && (comes || !pending.Present.Contains(path)))
            {
                Move(live, kept);
            }
            if (comes)
            {
                Move(fresh, live);
            }
        }
        Directory.CreateDirectory(Path.Combine(dataFolder, pending.Kept));
        File.Delete(marker);
        Durable.SyncFolder(dataFolder);
        if (Directory.Exists(Path.Combine(dataFolder, pending.Fresh)))
        {
            Directory.Delete(Path.Combine(dataFolder, pending.Fresh), recursive: true);
        }
    }

    private static void Move(string from, string to)
    {
        var folder = Path.GetDirectoryName(to)!;
        Directory.CreateDirectory(folder);
        Directory.Move(from, to);
        Durable.SyncFolder(folder);
        Durable.SyncFolder(Path.GetDirectoryName(from)!);
    }
}
