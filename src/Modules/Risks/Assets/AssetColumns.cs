using System.Collections.Immutable;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Groups;

namespace IsmsModular.Risks.Assets;

/// <summary>Columns of an asset inventory: what the import takes is what the export gives.</summary>
internal static class AssetColumns
{
    /// <summary>Fields of the import with the headers that people use, in English and Bahasa Malaysia.</summary>
    public static ImmutableArray<ImportField> Fields { get; } =
    [
        new("reference", "asset.reference", "", false, "reference", "ref", "ref id", "id", "asset id", "asset no", "rujukan", "id aset", "no aset"),
        new("name", "asset.name", "Pump controller P1", true, "name", "asset", "asset name", "title", "nama", "nama aset", "aset"),
        new("description", "asset.description", "Controls the raw water pumps", false, "description", "details", "notes", "remarks", "keterangan", "huraian", "catatan"),
        new("type", "asset.type", "Physical", true, "type", "asset type", "category", "class", "asset class", "jenis", "jenis aset", "kategori"),
        new("kind", "asset.kind", "Supporting", false, "kind", "primary or supporting", "primary/supporting", "peranan aset", "utama atau sokongan"),
        new("group", "asset.groupid", "Controllers", false, "group", "asset group", "kumpulan", "kumpulan aset"),
        new("units", "asset.units", "4", false, "units", "quantity", "qty", "count", "number", "pieces", "bilangan", "kuantiti", "unit"),
        new("owner", "asset.ownerid", "Head of Operations", false, "owner", "asset owner", "accountable owner", "responsible", "pemilik", "pemilik aset"),
        new("custodian", "asset.custodianid", "Site Technician", false, "custodian", "accountable custodian", "keeper", "administrator", "penjaga", "pemegang", "kustodian"),
        new("users", "asset.users", "Shift team", false, "users", "tenants", "user", "pengguna"),
        new("site", "asset.site", "Plant 1", false, "site", "tapak", "premis"),
        new("place", "asset.place", "Cabinet room 2", false, "place", "location", "room", "where", "lokasi", "tempat", "bilik"),
        new("classification", "asset.classification", "Internal", false, "classification", "confidentiality class", "security classification", "pengelasan", "klasifikasi"),
        new("personal", "asset.personaldata", "no", false, "personal data", "personal", "pii", "contains personal data", "data peribadi"),
        new("scope", "asset.inscope", "yes", false, "in scope", "scope", "dalam skop", "skop"),
        new("scopereason", "asset.scopereason", "", false, "scope reason", "why in or out", "reason for scope", "sebab skop"),
        new("supplier", "asset.supplier", "", false, "supplier", "vendor", "provider", "pembekal"),
        new("contract", "asset.contract", "", false, "contract", "sla", "contract and sla", "kontrak"),
        new("identifier", "asset.identifier", "SN-10442", false, "identifier", "serial", "serial number", "serial no", "asset tag", "tag", "no siri", "nombor siri"),
        new("nochance", "asset.identifiermissingbecause", "", false, "no identifier because", "identifier missing because", "sebab tiada pengenal"),
        new("chance", "asset.identifiernextchance", "", false, "next chance", "identifier next chance", "peluang seterusnya"),
        new("supports", "asset.supportsids", "ASSET-0001", false, "supports", "service supported", "supported service", "depends", "menyokong", "perkhidmatan disokong"),
        new("state", "asset.state", "In use", false, "state", "status", "lifecycle", "keadaan"),
        new("c", "value.c", "2", false, "c", "confidentiality", "kerahsiaan"),
        new("i", "value.i", "5", false, "i", "integrity", "integriti"),
        new("a", "value.a", "4", false, "a", "availability", "ketersediaan"),
        new("creason", "value.c.reason", "", false, "confidentiality reason", "c reason", "sebab kerahsiaan"),
        new("ireason", "value.i.reason", "", false, "integrity reason", "i reason", "sebab integriti"),
        new("areason", "value.a.reason", "", false, "availability reason", "a reason", "sebab ketersediaan"),
        new("valuers", "value.participants", "Head of Operations (owner); Risk Analyst (moderator)", false, "valued by", "participants", "who took part", "dinilai oleh", "peserta"),
        new("valuedon", "value.on", "2026-01-31", false, "valued on", "value date", "tarikh nilai"),
        new("source", "asset.sourcesystem", "CMDB", false, "source", "source system", "sumber"),
        new("key", "asset.sourcekey", "CMDB-10442", false, "source key", "key", "external id", "cmdb id", "ci id", "kunci sumber", "kunci"),
    ];

    /// <summary>Headers in the reader's language, one for each field, then what only the program sets.</summary>
    public static async Task<IReadOnlyList<ExportColumn<Asset>>> ForExportAsync(IDocumentSession session, IPeople people, IWords words, CancellationToken cancellationToken)
    {
        var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
        Dictionary<string, string> groups = [];
        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All, cancellationToken))
            groups[group.Id] = group.Name;
        Dictionary<string, string> supported = [];
        foreach (var id in (await session.GroupAsync<Asset>(Query.All.WhereAny("supports"), "supports")).Select(g => g.Values[0] as string).OfType<string>().Chunk(500))
        {
            foreach (var (key, asset) in await session.FindManyAsync<Asset>(id, cancellationToken))
                supported[key] = asset.Reference;
        }

        string? Person(string? id) => id is null ? null : names.GetValueOrDefault(id);
        string? YesNo(bool? value) => value switch { true => words["common.yes"], false => words["common.no"], _ => null };
        Dictionary<string, Func<Asset, object?>> values = new()
        {
            ["reference"] = a => a.Reference,
            ["name"] = a => a.Name,
            ["description"] = a => a.Description,
            ["type"] = a => words.Of(a.Type),
            ["kind"] = a => words.Of(a.Kind),
            ["group"] = a => a.GroupId is { } g ? groups.GetValueOrDefault(g) : null,
            ["units"] = a => a.Units,
            ["owner"] = a => Person(a.OwnerId),
            ["custodian"] = a => Person(a.CustodianId),
            ["users"] = a => a.Users,
            ["site"] = a => a.Site,
            ["place"] = a => a.Place,
            ["classification"] = a => a.Classification is { } c ? words.Of(c) : null,
            ["personal"] = a => YesNo(a.PersonalData),
            ["scope"] = a => YesNo(a.InScope),
            ["scopereason"] = a => a.ScopeReason,
            ["supplier"] = a => a.Supplier,
            ["contract"] = a => a.Contract,
            ["identifier"] = a => a.Identifier,
            ["nochance"] = a => a.IdentifierMissingBecause,
            ["chance"] = a => a.IdentifierNextChance,
            ["supports"] = a => string.Join("; ", a.SupportsIds.Select(i => supported.GetValueOrDefault(i)).OfType<string>()),
            ["state"] = a => words.Of(a.State),
            ["c"] = a => a.Valuation?.C?.Tier,
            ["i"] = a => a.Valuation?.I?.Tier,
            ["a"] = a => a.Valuation?.A?.Tier,
            ["creason"] = a => a.Valuation?.C?.Reason,
            ["ireason"] = a => a.Valuation?.I?.Reason,
            ["areason"] = a => a.Valuation?.A?.Reason,
            ["valuers"] = a => a.Valuation is null ? null : string.Join("; ", a.Valuation.Participants.Select(p => $"{p.Name} ({p.Role})")),
            ["valuedon"] = a => a.Valuation?.On,
            ["source"] = a => a.SourceSystem,
            ["key"] = a => a.SourceKey,
        };
        return [.. Fields.Select(f => new ExportColumn<Asset>(words[f.Title], values[f.Key]))];
    }

    /// <summary>The member that a file means: by its name, its words in any language, or a word that people use for it.</summary>
    public static T? Word<T>(string text, WordBook book)
        where T : struct, Enum
    {
        var word = CellText.Normal(text);
        foreach (var member in Enum.GetValues<T>())
        {
            var key = $"enum.{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(typeof(T).Name)}.{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.ToString())}";
            if (CellText.Normal(member.ToString()) == word || WordBook.Languages.Any(l => book.Find(l, key) is { } words && CellText.Normal(words) == word))
                return member;
        }

        return Synonyms.TryGetValue(typeof(T), out var known) && known.TryGetValue(word, out var found) ? (T)found : null;
    }

    private static readonly Dictionary<Type, Dictionary<string, Enum>> Synonyms = new()
    {
        [typeof(AssetType)] = new()
        {
            ["process"] = AssetType.Service, ["serviceorprocess"] = AssetType.Service, ["proses"] = AssetType.Service,
            ["data"] = AssetType.Information, ["document"] = AssetType.Information, ["dokumen"] = AssetType.Information,
            ["application"] = AssetType.Software, ["program"] = AssetType.Software, ["aplikasi"] = AssetType.Software,
            ["hardware"] = AssetType.Physical, ["equipment"] = AssetType.Physical, ["device"] = AssetType.Physical, ["facility"] = AssetType.Physical, ["site"] = AssetType.Physical, ["network"] = AssetType.Physical, ["perkakasan"] = AssetType.Physical, ["peralatan"] = AssetType.Physical,
            ["person"] = AssetType.People, ["staff"] = AssetType.People, ["personnel"] = AssetType.People, ["manusia"] = AssetType.People, ["kakitangan"] = AssetType.People,
            ["reputation"] = AssetType.Intangible, ["image"] = AssetType.Intangible, ["reputasi"] = AssetType.Intangible,
        },
        [typeof(AssetKind)] = new() { ["pr"] = AssetKind.Primary, ["sp"] = AssetKind.Supporting, ["support"] = AssetKind.Supporting },
        [typeof(AssetState)] = new() { ["active"] = AssetState.InUse, ["live"] = AssetState.InUse, ["operational"] = AssetState.InUse, ["aktif"] = AssetState.InUse, ["repair"] = AssetState.InRepair, ["disposed"] = AssetState.Retired, ["dilupuskan"] = AssetState.Retired },
        [typeof(Classification)] = new() { ["secret"] = Classification.Restricted, ["open"] = Classification.Public },
    };
}
