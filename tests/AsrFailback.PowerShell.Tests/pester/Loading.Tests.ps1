param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 2
    Initialize-Vault
    foreach ($machine in 'web01', 'web02') {
        $null = New-AsrMachine $machine onprem ./disk.img -Wait
        $null = Enable-AsrProtection $machine -Wait
    }

    Disconnect-AsrVault
    $null = New-AsrVault ./second
    $null = New-AsrFabric lone VMware ./second-site -Wait
    Disconnect-AsrVault

    $inDefault = '[System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies'
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'The module in a pwsh of its own' {
    It 'has its types before the first cmdlet runs' {
        (Invoke-Child @'
            Import-Module $Module
            [AsrFailback.Job].FullName
            [AsrFailback.ReplicationPolicy]::Default.PointInterval.GetType().Name
            [AsrFailback.FabricKind]::VMware.GetType().Name
'@).Result | Should -Be @('AsrFailback.Job', 'TimeSpan', 'FabricKind')
    }

    It 'is imported twice, and is there once' {
        (Invoke-Child @"
            Import-Module `$Module
            `$null = Connect-AsrVault ./vault
            Import-Module `$Module
            (Get-AsrProtectedItem).Name
            @(Get-Module AsrFailback).Count
            @(${inDefault}.Where{ `$_.GetName().Name -like 'AsrFailback*' }).Count
"@).Result | Should -Be @('web01', 'web02', 1, 2)
    }

    It 'works after -Force and after it was removed, and lets go of the vault each time' {
        (Invoke-Child @"
            Import-Module `$Module
            `$null = Connect-AsrVault ./vault
            Import-Module `$Module -Force
            (Test-AsrVault ./vault).Passed
            `$null = Connect-AsrVault ./vault
            Remove-Module AsrFailback
            Import-Module `$Module
            (Test-AsrVault ./vault).Passed
            `$null = Connect-AsrVault ./vault
            (Get-AsrProtectedItem).Name
            @(${inDefault}.Where{ `$_.GetName().Name -like 'AsrFailback*' }).Count
"@).Result | Should -Be @($true, $true, 'web01', 'web02', 2)
    }

    It 'lets go of every vault of the runspace when it is removed, not of the current one alone' {
        (Invoke-Child @'
            Import-Module $Module
            $null = Connect-AsrVault ./second
            $null = Connect-AsrVault ./vault
            Remove-Module AsrFailback
            Import-Module $Module
            @(Get-AsrVault).Count
'@).Result | Should -Be 0
    }

    It 'works after foreign assemblies of the same names were loaded, and keeps apart from them' {
        $names = 'Newtonsoft.Json', 'Polly.Core', 'Microsoft.Data.Sqlite', 'SQLitePCLRaw.core', 'SQLitePCLRaw.batteries_v2', 'SQLitePCLRaw.provider.e_sqlite3'
        $null = New-Item -Type Directory ./foreign
        Add-Type -AssemblyName Microsoft.CodeAnalysis.CSharp
        $core = [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile([object].Assembly.Location)
        $library = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new('DynamicallyLinkedLibrary')
        foreach ($name in $names) {
            $source = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText('public static class Foreign { }')
            $file = [IO.File]::Create("$PWD/foreign/$name.dll")
            [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($name, [Microsoft.CodeAnalysis.SyntaxTree[]]$source, [Microsoft.CodeAnalysis.MetadataReference[]]$core, $library).Emit($file).Success | Should -BeTrue
            $file.Dispose()
        }

        $result = (Invoke-Child @"
            foreach (`$file in Get-ChildItem ./foreign) {
                # PowerShell brings a Newtonsoft.Json itself, which no other takes the place of.
                try { `$null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath(`$file.FullName) } catch { `$null = [Newtonsoft.Json.JsonConvert] }
            }

            Import-Module `$Module
            `$null = Connect-AsrVault ./vault
            (Get-AsrProtectedItem).Name -join ' '
            Wait-Until { (Measure-AsrReplication web01).Mode -eq 'InOrder' }
            (New-AsrRecoveryPoint web01 foreign -Wait).State.Value
            `$there = ${inDefault}.Where{ `$_.GetName().Name -in '$($names -join "', '")' }
            `$there.Where{ `$_.Location -notlike '*foreign*' }.ForEach{ `$_.GetName().Name } -join ' '
            @(${inDefault}.Where{ `$_.Location -like '*AsrFailback*' }.ForEach{ `$_.GetName().Name } | Sort-Object) -join ' '
            @([AppDomain]::CurrentDomain.GetAssemblies().Where{ `$_.GetName().Name -eq 'Microsoft.Data.Sqlite' }).Count
"@).Result
        $result[0, 1] | Should -Be @('web01 web02', 'Succeeded')
        $result[2] | Should -BeIn @('', 'Newtonsoft.Json')
        $result[3] | Should -Be 'AsrFailback AsrFailback.Model'
        $result[4] | Should -Be 2 -Because 'the foreign one and its own are there side by side'
    }
}

Describe 'Parallel runspaces' {
    It 'share a vault' {
        $result = (Invoke-Child @'
            1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
                Import-Module $using:Module
                $vault = Connect-AsrVault ./vault
                @{ Vault = $vault.Name; Items = (Get-AsrProtectedItem).Name -join ' '; Machines = @(Get-AsrMachine -Fabric onprem).Count; Errors = $Error.Count }
            }
'@).Result
        $result.Count | Should -Be 8
        foreach ($one in $result) {
            $one.Vault, $one.Items, $one.Machines, $one.Errors | Should -Be @('vault', 'web01 web02', 2, 0)
        }
    }

    It 'have a vault each, and close it with themselves' {
        $result = (Invoke-Child @'
            Import-Module $Module
            1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
                Import-Module $using:Module
                $null = New-AsrVault "./parallel-$_"
                $null = New-AsrFabric "site-$_" VMware "./parallel-site-$_" -Wait
                "$_ $((Get-AsrVault -Current).Name) $((Get-AsrFabric).Name) $($Error.Count)"
            }
            Wait-Until { -not (Get-AsrVault) } 10
            @(1..8 | Where-Object { (Test-AsrVault "./parallel-$_").Passed }).Count
'@).Result
        $result | Select-Object -First 8 | Sort-Object | Should -Be @(1..8 | ForEach-Object { "$_ parallel-$_ site-$_ 0" })
        $result[8] | Should -Be 8
    }
}

Describe 'Two vaults in one process' {
    BeforeAll {
        $null = Connect-AsrVault ./vault
        $null = Connect-AsrVault ./second
    }

    AfterAll {
        Get-AsrVault | ForEach-Object { Disconnect-AsrVault -Vault $_ }
    }

    It 'are both listed, and the last one connected is current' {
        (Get-AsrVault).Name | Should -Be @('second', 'vault')
        (Get-AsrVault -Current).Name | Should -Be 'second'
        (Get-AsrFabric).Name | Should -Be 'lone'
    }

    It 'are told apart by <By>' -ForEach @(
        @{ By = 'name'; Vault = { 'vault' } }
        @{ By = 'path'; Vault = { Join-Path $PWD vault } }
        @{ By = 'id'; Vault = { (Get-AsrVault vault).Id } }
        @{ By = 'object'; Vault = { Get-AsrVault vault } }
        @{ By = 'relative path'; Vault = { './vault' } }
        @{ By = 'path with a separator at its end'; Vault = { "$PWD/vault/" } }
    ) {
        (Get-AsrFabric -Vault (& $Vault) -ErrorAction Stop).Name | Should -Be @('azure', 'onprem')
        (Get-AsrVault -Current).Name | Should -Be 'second'
    }

    It 'are not taken for each other when the case of their path differs' -Skip:(-not $IsLinux) {
        { Get-AsrFabric -Vault "$PWD/VAULT" -ErrorAction Stop } | Should -Throw -ErrorId 'VaultNotOpen,*'
    }

    It 'are current in their own runspace each' {
        $shell = Open-Shell
        $shell.AddScript('(Get-AsrFabric).Name').Invoke() | Should -Be @('azure', 'onprem')
        (Get-AsrFabric).Name | Should -Be 'lone'
        Close-Shell $shell

        $fresh = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $caught = $fresh.AddScript("Import-Module '$Module'; try { Get-AsrFabric } catch { `$_ }").Invoke()
        $caught.FullyQualifiedErrorId | Should -Be 'NotConnected,AsrFailback.Commands.GetAsrFabricCommand'
        Close-Shell $fresh
    }

    It 'are let go one by one' {
        Disconnect-AsrVault
        (Get-AsrVault).Name | Should -Be 'vault'
        { Get-AsrFabric -ErrorAction Stop } | Should -Throw -ErrorId 'NotConnected,*'
        Disconnect-AsrVault -Vault vault
        Get-AsrVault | Should -BeNullOrEmpty
        (Test-AsrVault ./vault).Passed | Should -BeTrue
    }
}

Describe 'Two vaults of one name' {
    BeforeAll {
        $null = New-Item -Type Directory ./left, ./right
        $null = New-AsrVault ./left/same
        $null = New-AsrVault ./right/same
    }

    AfterAll {
        Get-AsrVault | ForEach-Object { Disconnect-AsrVault -Vault $_ }
    }

    It 'are told apart by path' {
        $null = New-AsrFabric site VMware ./left/site -Vault (Join-Path $PWD left/same) -Wait
        (Get-AsrFabric -Vault (Join-Path $PWD left/same)).Name | Should -Be 'site'
        Get-AsrFabric -Vault (Join-Path $PWD right/same) | Should -BeNullOrEmpty
    }

    It 'are not chosen from by guessing' {
        { New-AsrFabric guessed VMware ./guessed -Vault same -Wait -ErrorAction Stop } | Should -Throw -ErrorId '*,AsrFailback.Commands.NewAsrFabricCommand'
    }
}
