using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.CommandLine;
using IsmsModular.Web.Samples;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.FileProviders;
using Serilog;

namespace IsmsModular.Web.Hosting;

/// <summary>Puts the program together. Called by the command line and by tests.</summary>
internal static class IsmsHost
{
    /// <summary>The host and its modules, as the build listed them.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [typeof(IsmsHost).Assembly, .. typeof(IsmsHost).Assembly.GetCustomAttributes<ApplicationPartAttribute>().Select(p => p.AssemblyName).Where(n => n.StartsWith("IsmsModular.", StringComparison.Ordinal)).Select(Assembly.Load)];

    /// <summary>Builds the program; start it with <c>RunAsync</c>, or use its services for one command.</summary>
    /// <param name="settings">Set-up of this run.</param>
    /// <param name="adjust">Last word of a test.</param>
    public static WebApplication Create(HostSettings settings, Action<WebApplicationBuilder>? adjust = null)
    {
        OwnerOnlyFolder(settings.DataFolder);
        // Nothing but what is named here: no settings files that are watched, no other servers.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "isms", ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Host.UseDefaultServiceProvider(o => (o.ValidateOnBuild, o.ValidateScopes) = (true, true));
        builder.Environment.WebRootFileProvider = new ManifestEmbeddedFileProvider(typeof(IsmsHost).Assembly, "wwwroot");
        AddServices(builder.Services, settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog((_, log) => Logging(log), writeToProviders: true);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        adjust?.Invoke(builder);
        var app = builder.Build();
        // Plugins and words are loaded before requests wait for them.
        app.Services.GetRequiredService<WordBook>();
        UsePipeline(app, settings);
        return app;
    }

    /// <summary>Makes a folder that only the owner can enter.</summary>
    public static void OwnerOnlyFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void AddServices(IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();

        // What the parts of the platform add. One line a part.
        var modules = services.AddModules(Assemblies);
        services.AddPlugins(settings.DataFolder, typeof(IsmsHost).Assembly);
        services.AddApprovals();
        services.AddReports();
        services.AddScoped<ISampleBuilder, SampleOrganisation>();
        services.AddLooks(new ManifestEmbeddedFileProvider(typeof(IsmsHost).Assembly, "content"));
        services.AddStore(
            settings.DataFolder,
            [Account.Map, SystemDirectory.Workspaces, SystemDirectory.Memberships, PluginSetting.Map, TrustedKey.Map, PluginPolicy.Map, ShippedEarlier.Map],
            [.. modules.Documents, .. services.Where(s => s.ServiceType == typeof(DocumentMap)).Select(s => (DocumentMap)s.ImplementationInstance!)]);

        // The host's own: accounts, workspaces.
        services.AddSingleton<SystemDirectory>();
        services.AddScoped<IMyWorkspaces, MyWorkspaces>();
        services.AddScoped<IWorkspaceChanges, WorkspaceChanges>();
        services.AddHostedService<IdleMemory>();
        services.AddSingleton<SignInGate>();
        services.AddSingleton<FailedSignIns>();
        services.AddHostedService(p => p.GetRequiredService<FailedSignIns>());
        services.AddSingleton<SetupCode>();
        services.AddSingleton<AccountFinder>();
        services.AddScoped<SignInCheck>();
        services.AddScoped<Invitations>();
        services.AddScoped<Memberships>();
        services.AddScoped<ActivityWords>();
        services.AddScoped<LogReader>();
        services.AddScoped<IShellData, ShellData>();
        services.AddScoped<WorkspaceContext>();
        services.AddScoped<CurrentUser>();
        services.AddScoped<ICurrentUser>(p => p.GetRequiredService<CurrentUser>());
        services.AddIdentityCore<Account>(o =>
        {
            o.Lockout.MaxFailedAccessAttempts = 5;
            o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            o.User.AllowedUserNameCharacters = "";
            o.Password.RequiredLength = Passwords.Least;
            (o.Password.RequireDigit, o.Password.RequireLowercase, o.Password.RequireUppercase, o.Password.RequireNonAlphanumeric, o.Password.RequiredUniqueChars) = (false, false, false, false, 1);
        }).AddUserStore<AccountStore>();
        services.AddSessions();

        OwnerOnlyFolder(Path.Combine(settings.DataFolder, "keys"));
        services.AddDataProtection().SetApplicationName("isms").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.DataFolder, "keys")));

        services.AddRazorPages(o => o.Conventions.Add(new WorkspaceRoutes(modules)))
            .AddMvcOptions(o =>
            {
                // A missing text is the validator's business, in its own words.
                o.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
                o.Filters.Add<BoundInputFilter>();
                BindingWords.Use(o.ModelBindingMessageProvider);
            });
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "isms-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<CookieTempDataProviderOptions>(o => (o.Cookie.Name, o.Cookie.SecurePolicy) = ("isms-flash", CookieSecurePolicy.SameAsRequest));
        services.Configure<RouteOptions>(o => o.LowercaseUrls = true);
        services.Configure<FormOptions>(o => (o.ValueCountLimit, o.MultipartBodyLengthLimit) = (20_000, 32 * 1024 * 1024));
        services.AddRateLimits(settings);
        services.AddHostNames(settings);
        services.AddHsts(o => o.MaxAge = TimeSpan.FromDays(180));
        if (settings.KnownProxies is { } proxies)
        {
            services.Configure<ForwardedHeadersOptions>(o =>
            {
                o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
                o.KnownIPNetworks.Clear();
                o.KnownProxies.Clear();
                foreach (var proxy in proxies)
                    o.KnownProxies.Add(proxy);
            });
        }
    }

    private static void UsePipeline(WebApplication app, HostSettings settings)
    {
        if (settings.KnownProxies is not null)
            app.UseForwardedHeaders();
        app.UseHostFiltering();
        app.UseSecurityHeaders(Headers.Policies);
        app.UseHtmlNotStored();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error", StatusCodeSelector = e => e is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError });
        app.UseStatusCodePagesWithReExecute("/error", "?status={0}");
        if (settings.Certificate is not null || settings.KnownProxies is not null)
            app.UseHsts();
        app.UseStaticFiles(Headers.StaticFiles);
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<AccessMiddleware>();
        app.UseAuthorization();
        app.MapRazorPages();
        app.MapGet("/health", async (IStoreDirectory stores, CancellationToken token) =>
        {
            // Answers when the store does; a store that can not go on is the operator's business, not the caller's.
            await stores.System.OpenSession(Actor.System).HeadAsync(token);
            return TypedResults.Text("ok");
        }).AllowAnonymous();
        CommandSocket.Map(app);
    }

    private static void Listen(KestrelServerOptions kestrel, HostSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 2 * 1024 * 1024;
        foreach (var url in settings.Urls)
        {
            var address = BindingAddress.Parse(url);
            void Secure(ListenOptions listen)
            {
                if (address.Scheme == "https" || settings.Certificate is not null)
                    listen.UseHttps(ReadCertificate(settings.Certificate ?? throw new InvalidOperationException("https needs --certificate.")));
            }

            if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                kestrel.ListenLocalhost(address.Port, Secure);
            else
                kestrel.Listen(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.IPv6Any, address.Port, Secure);
        }

        if (settings.Serves)
            CommandSocket.Listen(kestrel, settings);
    }

    private static X509Certificate2 ReadCertificate(string file)
    {
        try
        {
            return X509Certificate2.GetCertContentType(file) == X509ContentType.Pfx
                ? X509CertificateLoader.LoadPkcs12FromFile(file, Environment.GetEnvironmentVariable("ISMS_CERTIFICATE_PASSWORD"))
                : X509Certificate2.CreateFromPemFile(file, File.Exists(Path.ChangeExtension(file, ".key")) ? Path.ChangeExtension(file, ".key") : null);
        }
        catch (CryptographicException error)
        {
            throw new IOException($"{file} is no certificate with its key, or ISMS_CERTIFICATE_PASSWORD is wrong: {error.Message}", error);
        }
    }

    private static void Logging(LoggerConfiguration log)
    {
        log.MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", Serilog.Events.LogEventLevel.Error)
            // Says on each page with a form that the page is not cached, which is meant.
            .MinimumLevel.Override("Microsoft.AspNetCore.Antiforgery", Serilog.Events.LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", Serilog.Events.LogEventLevel.Warning)
            // Logs with its whole stack why the start failed, which the command line says in one sentence.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", Serilog.Events.LogEventLevel.Fatal)
            .Enrich.FromLogContext();
        if (Environment.GetEnvironmentVariable("ISMS_LOG") == "json")
            log.WriteTo.Console(new Serilog.Formatting.Compact.CompactJsonFormatter(), standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose);
        else
            log.WriteTo.Console(standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose, outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {RequestId}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture);
    }
}
