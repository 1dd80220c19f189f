param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 3
    Write-Image big.img 512

    # The same commands in every culture; what they say, by what it is.
    function Invoke-In([string] $Culture) {
        $child = Open-Child @"
            [cultureinfo]::CurrentUICulture = [cultureinfo]::CurrentCulture = '$Culture'
            Import-Module `$Module
            `$said = [ordered]@{ Errors = @() }
            function Add-Error(`$Records) {
                `$said.Errors += @(`$Records | ForEach-Object { @{ Id = `$_.FullyQualifiedErrorId; Message = `$_.ErrorDetails.Message; Action = `$_.ErrorDetails.RecommendedAction; Category = "`$(`$_.CategoryInfo.Category)" } })
            }

            try { Get-AsrFabric } catch { Add-Error `$_ }
            Initialize-Vault '$Culture'
            `$null = New-AsrMachine web01 onprem ./disk.img -Wait
            try { New-AsrVault ./other -Confirm } catch { Add-Error `$_ }
            Get-AsrProtectedItem nobody 2>&1 | ForEach-Object { Add-Error `$_ }
            New-AsrFabric broken VMware ./disk.img/site -Wait 2>&1 | Where-Object { `$_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object { Add-Error `$_ }
            try { New-AsrRecoveryPoint web01 -TimeoutSec '5' } catch { Add-Error `$_ }
            Enable-AsrProtection web01 -PointInterval '00:00:04.5' 2>&1 | ForEach-Object { Add-Error `$_ }
            Unregister-AsrProcessServer nobody onprem -Force 2>&1 | ForEach-Object { Add-Error `$_ }

            Enable-AsrProtection web01 -WhatIf
            `$protected = Enable-AsrProtection web01 -PointInterval '00:00:30.5' -MaxHistoryBytes '1GB' -MaxPoints '12' -Wait
            if ('$Culture' -eq 'ko-KR') {
                `$null = New-AsrMachine big onprem ./big.img -Wait
                `$following = Enable-AsrProtection big -AsJob
                `$null = Wait-Job `$following
                `$counted = @(`$following.Progress | Where-Object PercentComplete -ge 0)[-1]
                `$said.Progress = "`$(`$counted.Activity) | `$(`$counted.StatusDescription)"
            }

            `$said.State = `$protected.State.Value
            `$said.Bytes = @(`$protected.Tasks)[-1].Bytes
            `$said.Refusal = "`$(Confirm-AsrCommit web01 -WhatIf 3>&1)"
            `$said | ConvertTo-Json -Depth 5 -EscapeHandling EscapeNonAscii | Set-Content ./said.json
            Disconnect-AsrVault
"@
        $ended = Wait-Child $child
        $said = Get-Content ./said.json -Raw | ConvertFrom-Json
        Remove-Item ./said.json
        $said | Add-Member Host ($ended.Out -replace '\r?\n', ' ') -PassThru | Add-Member Leaked $ended.Error -PassThru
    }

    $english = Invoke-In en-US
    $ids = @(
        'NotConnected,AsrFailback.Commands.GetAsrFabricCommand'
        'ConfirmationNeeded,AsrFailback.Commands.NewAsrVaultCommand'
        'ItemNotFound,AsrFailback.Commands.GetAsrProtectedItemCommand'
        'FileError,AsrFailback.Commands.NewAsrFabricCommand'
        'ArgumentInvalid,AsrFailback.Commands.NewAsrRecoveryPointCommand'
        'PointIntervalOutOfRange,AsrFailback.Commands.EnableAsrProtectionCommand'
        'ServerNotFound,AsrFailback.Commands.UnregisterAsrProcessServerCommand'
    )
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'In Korean' {
    BeforeAll {
        $korean = Invoke-In ko-KR
        $hangul = '\p{IsHangulSyllables}'
    }

    It 'the errors keep id and category' {
        $korean.Errors.Id | Should -Be $ids
        $korean.Errors.Category | Should -Be $english.Errors.Category
    }

    It 'the message and the remedy of <_> are Korean' -ForEach @(
        'NotConnected', 'ConfirmationNeeded', 'ItemNotFound', 'FileError', 'ServerNotFound'
        'ArgumentInvalid', 'PointIntervalOutOfRange'
    ) {
        $told = $korean.Errors | Where-Object Id -Like "$_*"
        $told.Message | Should -Match $hangul
        $told.Action | Should -Match $hangul
    }

    It 'progress, preview and warnings are Korean, too' {
        $korean.Progress | Should -Match "512\.0 MiB $hangul" # the operation and its tasks are the service's words
        $korean.Host | Should -Match "What if.*$hangul+ 3\.0 MiB $hangul"
        $korean.Refusal | Should -Match $hangul
    }

    It 'the commands do the same' {
        $korean.State | Should -Be 'Succeeded'
        $korean.Bytes | Should -Be 3MB
        $korean.Leaked | Should -BeNullOrEmpty
    }
}

Describe 'In a culture without texts' {
    BeforeAll {
        $german = Invoke-In de-DE
    }

    It 'everything is said in English' {
        $english.Errors.Id | Should -Be $ids
        $german.Errors.Id | Should -Be $ids
        $german.Errors.Message | Should -Be $english.Errors.Message
        $german.Errors.Action | Should -Be $english.Errors.Action
        $german.Refusal | Should -Be $english.Refusal
        $german.Host | Should -Be $english.Host
    }

    It 'numbers, times and bytes are read and shown with a point' {
        $german.State | Should -Be 'Succeeded'
        $german.Bytes | Should -Be 3MB
        $german.Host | Should -Match ' 3\.0 MiB '
    }
}

Describe 'In Turkish' {
    It 'names are found whatever the case of an I' {
        (Invoke-Child @'
            [cultureinfo]::CurrentCulture = 'tr-TR'
            Import-Module $Module
            $null = New-AsrVault ./tr-TR
            $null = New-AsrFabric Site-I VMware ./tr-TR-site -Wait
            @(Get-AsrFabric site-i).Count
            @(Get-AsrFabric SITE-I).Count
            @(Get-AsrHost -Fabric site-i).Count -gt 0
            @(Get-AsrFabric s*-i).Count
'@).Result | Should -Be @(1, 1, $true, 1)
    }
}
