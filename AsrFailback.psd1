@{
    RootModule           = 'module/bin/AsrFailback.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6a0d3b52-9d0c-4a52-8f6b-1f6f2f0f7c11'
    Author               = 'AsrFailback maintainers'
    CompanyName          = 'AsrFailback maintainers'
    Copyright            = '(c) AsrFailback maintainers. MIT licence.'
    Description          = 'Fails machines over to Azure and brings them home without losing a byte: reprotect, failback and commit as in Azure Site Recovery, on real disks.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    RequiredAssemblies   = @('module/bin/AsrFailback.Model.dll')
    FormatsToProcess     = @('module/AsrFailback.Format.ps1xml')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Backup-AsrConfigurationServer'
        'Clear-AsrTestFailover'
        'Complete-AsrMigration'
        'Confirm-AsrCommit'
        'Connect-AsrVault'
        'Disable-AsrProtection'
        'Disconnect-AsrVault'
        'Enable-AsrProtection'
        'Get-AsrConfigurationServer'
        'Get-AsrDatastore'
        'Get-AsrErrorInfo'
        'Get-AsrFabric'
        'Get-AsrHost'
        'Get-AsrJob'
        'Get-AsrMachine'
        'Get-AsrMasterTarget'
        'Get-AsrNetwork'
        'Get-AsrProcessServer'
        'Get-AsrProtectedItem'
        'Get-AsrRecoveryPlan'
        'Get-AsrRecoveryPoint'
        'Get-AsrVault'
        'Invoke-AsrDrill'
        'Measure-AsrReplication'
        'New-AsrFabric'
        'New-AsrMachine'
        'New-AsrProcessServer'
        'New-AsrRecoveryPlan'
        'New-AsrRecoveryPoint'
        'New-AsrVault'
        'Register-AsrConfigurationServer'
        'Register-AsrMasterTarget'
        'Register-AsrProcessServer'
        'Remove-AsrFabric'
        'Remove-AsrRecoveryPlan'
        'Repair-AsrReplication'
        'Restart-AsrJob'
        'Restore-AsrConfigurationServer'
        'Set-AsrProtection'
        'Set-AsrRecoveryPlan'
        'Start-AsrFailover'
        'Start-AsrRecoveryPlan'
        'Start-AsrReprotect'
        'Start-AsrTestFailover'
        'Stop-AsrJob'
        'Test-AsrConfigurationServer'
        'Test-AsrMasterTarget'
        'Test-AsrProcessServer'
        'Test-AsrReadiness'
        'Test-AsrVault'
        'Unregister-AsrMasterTarget'
        'Unregister-AsrProcessServer'
        'Update-AsrFabric'
        'Wait-AsrJob'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('Azure', 'SiteRecovery', 'DisasterRecovery', 'Failback', 'VMware')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
